"""Addresses of signing up and in: allauth's, less what is not offered."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.verification import confirm_address

urlpatterns = [
    # allauth's own page of addresses asks for no proof and tells no old address; the profile has them.
    path("email/", RedirectView.as_view(pattern_name="accounts:preferences")),
    # Before allauth's, whose page verifies for whoever holds the link.
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", confirm_address, name="account_confirm_email"),
    path("", include("allauth.account.urls")),
]
