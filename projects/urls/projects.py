"""Addresses of the list and of a project itself."""

from django.urls import URLPattern, path

from projects.views import projects as views

projects: list[URLPattern] = [
    path("", views.index, name="projects"),
]

one: list[URLPattern] = [
    path("", views.overview, name="project"),
]
