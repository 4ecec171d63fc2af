"""Addresses of what projects use."""

from django.urls import URLPattern, path

from infrastructure.views import project_engines as views

projects: list[URLPattern] = [path("storage/", views.choose, name="project_engine")]
