"""Addresses of engines."""

from django.urls import URLPattern, path

from infrastructure.views import engines as views

engines: list[URLPattern] = [path("", views.index, name="engines")]
