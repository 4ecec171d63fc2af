"""Addresses of contacts."""

from django.urls import URLPattern, path

from support.views import contacts as views

contacts: list[URLPattern] = [
    path("", views.index, name="contacts"),
    path("new/", views.create, name="contact_new"),
    path("<uuid:pk>/", views.edit, name="contact"),
    path("<uuid:pk>/removal/", views.removal, name="contact_removal"),
]
