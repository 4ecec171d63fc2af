"""Addresses of projects: a contract (PRODUCT: *Addresses*)."""

from django.urls import include, path

from projects.urls.access import access
from projects.urls.projects import one, projects
from projects.urls.services import services

app_name = "projects"

urlpatterns = [
    path(
        "o/<slug:slug>/projects/",
        include([*projects, path("<slug:project>/", include([*one, *access, *services]))]),
    ),
]
