"""Addresses below ``/api/``."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt

from console.api import views
from console.api.instance import build

api = build()
_operations, _app_name, _namespace = api.urls


@csrf_exempt
@no_append_slash
def nothing(request: HttpRequest) -> HttpResponse:
    """No operation has this address: a problem, never a page and never a way to another address."""
    raise Http404


urlpatterns = [
    path(
        "v1/",
        (
            [
                path("openapi.json", views.schema, name="schema"),
                path("docs", views.docs, name="docs"),
                *(pattern for pattern in _operations if getattr(pattern, "name", "") != "api-root"),
            ],
            _app_name,
            _namespace,
        ),
    ),
    re_path("", nothing),
]
