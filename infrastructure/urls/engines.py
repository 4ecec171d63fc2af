"""Addresses of engines."""

from django.urls import URLPattern, path

from infrastructure.views import engine_forms as forms
from infrastructure.views import engines as views

engines: list[URLPattern] = [
    path("", views.index, name="engines"),
    path("new/", forms.create, name="engine_new"),
    path("<uuid:pk>/", views.detail, name="engine"),
    path("<uuid:pk>/check/", views.check, name="engine_check"),
    path("<uuid:pk>/edit/", forms.edit, name="engine_edit"),
    path("<uuid:pk>/default/", views.default, name="engine_default"),
    path("<uuid:pk>/removal/", views.removal, name="engine_removal"),
]
