"""Addresses of the profile."""

from django.urls import path
from django.views.generic import RedirectView

from accounts.views import (
    activity,
    addresses,
    authenticators,
    backup_codes,
    data,
    deletion,
    linked_accounts,
    mfa,
    passkeys,
    passwords,
    phones,
    pictures,
    preferences,
    provider_proof,
    recovery,
    security,
    sessions,
)

app_name = "accounts"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:preferences"), name="profile"),
    path("preferences/", preferences.index, name="preferences"),
    path("preferences/picture/", preferences.picture, name="preferences_picture"),
    path("preferences/picture/removal/", preferences.picture_removal, name="preferences_picture_removal"),
    path("preferences/region/", preferences.region, name="preferences_region"),
    path("preferences/time-zone/", preferences.time_zone, name="preferences_time_zone"),
    path("preferences/information/", preferences.information, name="preferences_information"),
    path("preferences/mails/", preferences.mails, name="preferences_mails"),
    path("preferences/addresses/", addresses.index, name="preferences_addresses"),
    path("preferences/addresses/new/", addresses.create, name="preferences_addresses_new"),
    path("preferences/addresses/verification/", addresses.verification, name="preferences_addresses_verification"),
    path("preferences/addresses/primary/", addresses.primary, name="preferences_addresses_primary"),
    path("preferences/addresses/removal/", addresses.removal, name="preferences_addresses_removal"),
    # No part of the preferences: it is for who has the mail, signed in or not.
    path("preferences/addresses/changes/<str:token>/", addresses.change, name="address_change"),
    path("preferences/data/", data.index, name="preferences_data"),
    path("preferences/data/new/", data.create, name="preferences_data_new"),
    path("preferences/data/proof/", data.prove, name="preferences_data_proof"),
    path("preferences/data/<uuid:pk>/download/", data.download, name="preferences_data_download"),
    path("preferences/deletion/", deletion.index, name="preferences_deletion"),
    path("gone/", deletion.gone, name="gone"),
    path("pictures/<uuid:name>/<int:size>/", pictures.picture, name="picture"),
    path("security/", security.index, name="security"),
    path("security/password/", passwords.index, name="security_password"),
    path("security/mfa/", mfa.index, name="security_mfa"),
    path("security/mfa/verification/", mfa.verification, name="security_verification"),
    path("security/mfa/recovery/", recovery.ask_inside, name="security_recovery"),
    path("security/mfa/authenticator/new/", authenticators.create, name="security_authenticator_new"),
    path("security/mfa/phone/new/", phones.create, name="security_phone_new"),
    path("security/mfa/phone/confirmation/", phones.confirm, name="security_phone_confirmation"),
    path("security/mfa/phone/code/", phones.resend, name="security_phone_code"),
    path("security/mfa/backup-codes/", backup_codes.index, name="security_backup_codes"),
    path("security/mfa/backup-codes/renewal/", backup_codes.renew, name="security_backup_codes_renewal"),
    path("security/mfa/<slug:kind>/<uuid:pk>/name/", mfa.name, name="security_factor_name"),
    path("security/mfa/<slug:kind>/<uuid:pk>/removal/", mfa.removal, name="security_factor_removal"),
    path("security/activity/", activity.index, name="security_activity"),
    path("security/sessions/", sessions.index, name="security_sessions"),
    path("security/sessions/others/ending/", sessions.end_others, name="security_sessions_ending"),
    path("security/sessions/<uuid:pk>/ending/", sessions.end, name="security_session_ending"),
    path("security/browsers/<uuid:pk>/revocation/", sessions.revoke, name="security_browser_revocation"),
    path("security/linked-accounts/<slug:provider_id>/linking/", linked_accounts.link, name="security_account_linking"),
    path(
        "security/linked-accounts/<slug:provider_id>/removal/", linked_accounts.unlink, name="security_account_removal"
    ),
    path("security/mfa/passkeys/new/", passkeys.create, name="security_passkey_new"),
    path("security/mfa/passkeys/new/challenge/", passkeys.creation_challenge, name="security_passkey_challenge"),
    path("security/proof/", provider_proof.go_on, name="security_provider_proof"),
    path("security/proof/<slug:provider_id>/", provider_proof.begin, name="security_provider_proof_begin"),
]
