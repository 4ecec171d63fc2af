"""The pages that say what went wrong, and the icon."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon on pages that name none, like the admin's."""
    return redirect(static("icons/favicon.svg"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: no further reason is known here."""
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form was too old, or came from elsewhere."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same page for what is not there and for what one may not know of."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429: a rate limit held."""
    return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without the request, because nothing may be trusted to work."""
    page = render_to_string("500.html", {"language": get_language()})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
