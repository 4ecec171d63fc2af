"""Addresses of registrations."""

from django.urls import URLPattern, path

from support.views import registrations as views

registrations: list[URLPattern] = [
    path("", views.index, name="registrations"),
    path("reminders/", views.remind, name="registration_reminders"),
]
