"""Addresses that are open to everybody: help, and the terms."""

from django.urls import path

from accounts.views import help as help_pages
from accounts.views import terms

app_name = "help"

urlpatterns = [
    path("help/", help_pages.index, name="index"),
    path("help/mfa/", help_pages.mfa, name="mfa"),
    path("terms/", terms.current, name="terms"),
]
