"""Addresses of who may do what in a project."""

from django.urls import URLPattern, path

from projects.views import access as views
from projects.views import granting

access: list[URLPattern] = [
    path("access/", views.index, name="project_access"),
    path("access/new/", granting.create, name="project_grant_new"),
    path("access/people/<uuid:pk>/removal/", views.person_removal, name="project_person_removal"),
    path("access/roles/<str:role>/removal/", views.role_removal, name="project_role_removal"),
]
