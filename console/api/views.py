"""What the API says of itself, for programs and for people. Open to everybody: it holds nothing of anybody."""

import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from console.api.describing import document
from console.api.reference import reference
from console.api.tags import tag_of


@cache
def _file() -> tuple[bytes, str]:
    """The document as it is sent, and its entity tag."""
    content = json.dumps(document(), ensure_ascii=False).encode()
    return content, tag_of(HttpResponse(content))


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=lambda request: _file()[1])
def schema(request: HttpRequest) -> HttpResponse:
    """The API as OpenAPI 3.1."""
    return HttpResponse(_file()[0], content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The API for people: made of the same document, without anything from another host."""
    return render(request, "api/docs.html", {"reference": reference()})
