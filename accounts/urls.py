"""Addresses of the profile."""

from django.urls import path
from django.views.generic import RedirectView

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:preferences"), name="profile"),
    path("preferences/", views.preferences, name="preferences"),
]
