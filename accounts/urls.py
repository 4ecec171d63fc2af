"""Addresses of the profile."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import preferences, security

app_name = "accounts"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:preferences"), name="profile"),
    path("preferences/", preferences.index, name="preferences"),
    path("security/", security.index, name="security"),
]
