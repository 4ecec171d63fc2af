"""Addresses of signing up and in: allauth's, less what is not offered."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.views import challenge, entrance, passkeys, passwords, providers, recovery, terms
from accounts.views.verification import confirm_address

GOOGLE, GITHUB = {"provider_id": "google"}, {"provider_id": "github"}

urlpatterns = [
    # allauth's own page of addresses asks for no proof and tells no old address; the profile has them.
    path("email/", RedirectView.as_view(pattern_name="accounts:preferences_addresses")),
    # allauth's would end no sessions, ask for no proof and tell nobody.
    path("password/change/", RedirectView.as_view(pattern_name="accounts:security_password")),
    path("password/set/", RedirectView.as_view(pattern_name="accounts:security_password")),
    path("password/strength/", passwords.strength, name="account_password_strength"),
    # Before allauth's, whose page verifies for whoever holds the link.
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", confirm_address, name="account_confirm_email"),
    path("terms/", terms.accept, name="account_terms"),
    # allauth's asks for the password, also of who has a second factor; ours stands in front of each change.
    path("reauthenticate/", RedirectView.as_view(pattern_name="accounts:security")),
    path("login/second-factor/", challenge.second_factor, name="account_second_factor"),
    path("login/recovery/", recovery.ask, name="account_recovery"),
    path("recovery/<str:token>/", recovery.cancel, name="account_recovery_cancellation"),
    path("login/second-factor/challenge/", passkeys.factor_challenge, name="account_factor_challenge"),
    path("login/passkey/", passkeys.sign_in, name="account_passkey"),
    path("login/passkey/challenge/", passkeys.sign_in_challenge, name="account_passkey_challenge"),
    path("login/", entrance.SignIn.as_view(), name="account_login"),
    path("signup/", entrance.SignUp.as_view(), name="account_signup"),
    path("", include("allauth.account.urls")),
    # Of allauth's pages for providers, those that are needed; linking and unlinking is the profile's.
    path("3rdparty/", RedirectView.as_view(pattern_name="accounts:security")),
    path("3rdparty/login/error/", providers.failure, name="socialaccount_login_error"),
    path("3rdparty/signup/", providers.GiveAddress.as_view(), name="socialaccount_signup"),
    # As allauth has them, which names them so; operators register them with the providers.
    path("google/login/", providers.begin, GOOGLE, name="google_login"),
    path("google/login/callback/", providers.end, GOOGLE, name="google_callback"),
    path("github/login/", providers.begin, GITHUB, name="github_login"),
    path("github/login/callback/", providers.end, GITHUB, name="github_callback"),
    path("oidc/<slug:provider_id>/login/", providers.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", providers.end, name="openid_connect_callback"),
]
