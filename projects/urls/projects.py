"""Addresses of the list and of a project itself."""

from django.urls import URLPattern, path

from projects.views import project_settings as settings
from projects.views import projects as views

projects: list[URLPattern] = [
    path("", views.index, name="projects"),
    path("new/", views.create, name="project_new"),
    path("export/", views.export, name="project_export"),
]

one: list[URLPattern] = [
    path("", views.overview, name="project"),
    path("settings/", settings.edit, name="project_settings"),
    path("archiving/", settings.archiving, name="project_archiving"),
    path("restoration/", settings.restoration, name="project_restoration"),
    path("deletion/", settings.deletion, name="project_deletion"),
    path("recovery/", settings.recovery, name="project_recovery"),
]
