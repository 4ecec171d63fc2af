"""Addresses of what runs in a project."""

from django.urls import URLPattern, path

from projects.views import service_changes as changes
from projects.views import services as views

services: list[URLPattern] = [
    path("services/new/", views.catalogue, name="service_new"),
    path("services/new/<slug:kind>/", views.create, name="service_request"),
    path("services/<uuid:pk>/", views.detail, name="service"),
    path("services/<uuid:pk>/timeline/", views.timeline, name="service_timeline"),
    path("services/<uuid:pk>/start/", changes.start, name="service_start"),
    path("services/<uuid:pk>/stop/", changes.stop, name="service_stop"),
    path("services/<uuid:pk>/size/", changes.resize, name="service_size"),
    path("services/<uuid:pk>/retry/", changes.retry, name="service_retry"),
    path("services/<uuid:pk>/deletion/", changes.deletion, name="service_deletion"),
    path("services/<uuid:pk>/outputs/", changes.outputs, name="service_outputs"),
]
