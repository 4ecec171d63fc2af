"""Addresses of signing up and in: allauth's, less what is not offered."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # allauth's own page of addresses asks for no proof and tells no old address; the profile has them.
    path("email/", RedirectView.as_view(pattern_name="accounts:preferences")),
    path("", include("allauth.account.urls")),
]
