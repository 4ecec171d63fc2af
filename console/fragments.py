"""Pages of which a script may ask for a part."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_fragment(
    request: HttpRequest, page_template: str, fragment_template: str, target: str, context: dict[str, Any]
) -> HttpResponse:
    """Answer with the page, or with its fragment where the request is for the element with the id ``target``.

    Both have one address. ``Vary`` says so: a browser that kept the fragment must not show it for the page (Back).
    """
    template = fragment_template if request.headers.get("HX-Target") == target else page_template
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Target"])
    return response
