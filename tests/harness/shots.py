"""Which pages are photographed, by whom, and what is done there before."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shot:
    """One page: who looks (nobody: signed out), where it is, links to follow from there, a button to press then."""

    name: str
    path: str
    who: str = "olivia.owner"
    follow: tuple[str, ...] = ()
    press: str = ""


SUBMIT = "main form[method=post] button"
MAIL = ("main tbody a", "#text a[href*='/invitations/']")


SHOTS = [
    Shot("home", "/", who=""),
    Shot("sign-up", "/accounts/signup/", who=""),
    Shot("sign-up-wrong", "/accounts/signup/", who="", press=SUBMIT),
    Shot("sign-in", "/accounts/login/", who=""),
    Shot("sign-in-wrong", "/accounts/login/", who="", press=SUBMIT),
    Shot("reset", "/accounts/password/reset/", who=""),
    Shot("reset-sent", "/accounts/password/reset/done/", who=""),
    Shot("verification-sent", "/accounts/confirm-email/", who=""),
    Shot("link-made-up", "/invitations/made-up/", who=""),
    Shot("sign-out", "/accounts/logout/"),
    Shot("getting-started", "/getting-started/", who="sam.stranger"),
    Shot("new-organization", "/organizations/new/"),
    Shot("new-organization-wrong", "/organizations/new/", press=SUBMIT),
    Shot("menu-sections", "/o/acme-robotics/", press="[popovertarget=sections]"),
    Shot("menu-switcher", "/o/acme-robotics/", press="[popovertarget=switcher]"),
    Shot("menu-switcher-stranger", "/o/personal/", who="sam.stranger", press="[popovertarget=switcher]"),
    Shot("ownership-transfer", "/o/acme-robotics/settings/transfer/?q=a"),
    Shot(
        "ownership-transfer-offer",
        "/o/acme-robotics/settings/transfer/?q=a",
        follow=("#found a[href*='member=']",),
    ),
    Shot("ownership-closing", "/o/acme-robotics/settings/closing/"),
    Shot("ownership-closing-wrong", "/o/acme-robotics/settings/closing/", press="#closing button"),
    Shot("ownership-export", "/o/acme-robotics/settings/export/"),
    Shot("ownership-offered", "/o/borealis-foods/settings/transfer/", who="adam.admin"),
    Shot("ownership-answer", "/notifications/", follow=("main a[href*='/transfers/']",)),
    Shot("notifications", "/notifications/"),
    Shot("notifications-none", "/notifications/", who="mia.member"),
    Shot("notifications-stranger", "/notifications/", who="sam.stranger"),
    Shot("menu-user", "/o/acme-robotics/", press="[popovertarget=user-menu]"),
    Shot("overview", "/o/acme-robotics/"),
    Shot("overview-personal", "/o/personal/"),
    Shot("overview-personal-new", "/o/personal/", who="sam.stranger"),
    Shot("overview-suspended", "/o/cobalt-labs/"),
    Shot("members", "/o/acme-robotics/members/"),
    Shot("members-role", "/o/acme-robotics/members/", press="tbody [data-hx-boost]"),
    Shot("member-role", "/o/acme-robotics/members/", follow=("tbody a[href$='/role/']",)),
    Shot("member-removal", "/o/acme-robotics/members/", follow=("tbody a[href$='/removal/']",)),
    Shot("members-review", "/o/acme-robotics/members/review/"),
    Shot("members-nobody-found", "/o/acme-robotics/members/?q=nobody"),
    Shot("members-as-member", "/o/acme-robotics/members/", who="mia.member"),
    Shot("invitations", "/o/acme-robotics/members/invitations/"),
    Shot("invitations-few", "/o/delta-studio/members/invitations/", who="bella.billing"),
    Shot("invitations-none-found", "/o/acme-robotics/members/invitations/?state=bounced"),
    Shot("invitation-new", "/o/acme-robotics/members/invitations/new/"),
    Shot("invitation-new-wrong", "/o/acme-robotics/members/invitations/new/", press=SUBMIT),
    Shot("invitation-batch-new", "/o/acme-robotics/members/invitations/batches/new/"),
    Shot("invitation-batch-new-wrong", "/o/acme-robotics/members/invitations/batches/new/", press=SUBMIT),
    Shot(
        "invitation-batch",
        "/o/acme-robotics/members/invitations/",
        follow=("main a[href*='/batches/']:not([href$='/new/'])",),
    ),
    Shot("mail-choice-made-up", "/mail/made-up/", who=""),
    Shot("invitation-detail", "/o/acme-robotics/members/invitations/?q=new", follow=("main tbody a",)),
    Shot(
        "invitation-revocation",
        "/o/acme-robotics/members/invitations/",
        follow=("tbody a[href$='/revocation/']",),
    ),
    Shot("leave", "/o/acme-robotics/leaving/"),
    Shot("leave-dialog", "/o/acme-robotics/", press="main [data-dialog]"),
    Shot("settings", "/o/acme-robotics/settings/"),
    Shot("settings-security", "/o/acme-robotics/settings/security/"),
    Shot("settings-security-in-force", "/o/delta-studio/settings/security/", who="bella.billing"),
    Shot(
        "settings-security-release",
        "/o/delta-studio/settings/security/",
        who="bella.billing",
        follow=("main a[href$='/removal/']",),
    ),
    Shot("overview-factor-asked", "/o/delta-studio/", who="bella.billing"),
    Shot(
        "settings-security-affected",
        "/o/acme-robotics/settings/security/second-factor/?grace_days=7&phone_counts=True",
    ),
    Shot("settings-personal", "/o/personal/settings/"),
    Shot("settings-details", "/o/acme-robotics/settings/details/?country=US"),
    Shot("settings-details-wrong", "/o/acme-robotics/settings/details/?country=FR", press=SUBMIT),
    Shot("settings-details-full", "/o/acme-robotics/settings/details/"),
    Shot("settings-suspended", "/o/cobalt-labs/settings/"),
    Shot("roles", "/o/acme-robotics/settings/roles/"),
    Shot("roles-as-member", "/o/acme-robotics/settings/roles/", who="mia.member"),
    Shot("role-new", "/o/acme-robotics/settings/roles/new/"),
    Shot("role-new-wrong", "/o/acme-robotics/settings/roles/new/", press=SUBMIT),
    Shot("role-edit", "/o/acme-robotics/settings/roles/", follow=("main a[aria-label^='Edit the role']",)),
    Shot("role-deletion", "/o/acme-robotics/settings/roles/", follow=("main a[aria-label^='Delete the role']",)),
    Shot("cookies", "/cookies/", who=""),
    Shot("help", "/help/", who=""),
    Shot("help-mfa", "/help/mfa/", who=""),
    Shot("profile-preferences", "/profile/preferences/"),
    Shot("profile-sessions", "/profile/security/sessions/"),
    Shot("profile-activity", "/profile/security/activity/"),
    Shot("profile-organizations", "/profile/organizations/"),
    Shot("profile-organizations-invited", "/profile/organizations/", who="sam.stranger"),
    Shot("profile-organizations-none-found", "/profile/organizations/?q=zzzz", who="sam.stranger"),
    Shot("profile-organizations-found", "/profile/organizations/?q=ever", who="mia.member"),
    Shot("request-new", "/profile/organizations/requests/new/?organization=evergreen-energy", who="mia.member"),
    Shot(
        "request-declination",
        "/o/acme-robotics/members/requests/",
        follow=("main a[href*='/declination/']",),
    ),
    Shot("profile-organizations-menu", "/profile/organizations/", press="#memberships .menu button"),
    Shot("requests", "/o/acme-robotics/members/requests/"),
    Shot("requests-none-found", "/o/acme-robotics/members/requests/?state=lapsed"),
    Shot("own-role", "/o/acme-robotics/role/"),
    Shot("forbidden", "/o/acme-robotics/settings/", who="mia.member"),
    Shot("not-found", "/o/nowhere/"),
    Shot("admin", "/admin/", who="stella.staff"),
    Shot("mfa", "/profile/security/mfa/", who="stella.staff"),
    Shot("authenticator-new", "/profile/security/mfa/authenticator/new/", who="stella.staff"),
    Shot("authenticator-new-wrong", "/profile/security/mfa/authenticator/new/", press=SUBMIT),
    Shot("passkey-new", "/profile/security/mfa/passkeys/new/"),
    Shot("phone-new", "/profile/security/mfa/phone/new/", who="stella.staff"),
    Shot("backup-codes", "/profile/security/mfa/backup-codes/", who="stella.staff"),
    Shot("mfa-off", "/profile/security/mfa/"),
    Shot("security", "/profile/security/"),
    Shot("security-protected", "/profile/security/", who="stella.staff"),
    Shot("password-wrong", "/profile/security/", press="#password button[type=submit], #password .card-footer button"),
    Shot("addresses", "/profile/preferences/addresses/"),
    Shot("data", "/profile/preferences/data/"),
    Shot("deletion", "/profile/preferences/deletion/"),
    Shot("deletion-free", "/profile/preferences/deletion/", who="sam.stranger"),
    Shot("undo-made-up", "/profile/preferences/addresses/changes/made-up/", who=""),
    Shot("recovery-made-up", "/accounts/recovery/made-up/", who=""),
]
# What a deployment has to name before it is shown.
OFFERED = {
    "SMS_GATEWAY": "console",
    "GOOGLE_CLIENT_ID": "pictures",
    "GOOGLE_CLIENT_SECRET": "pictures",
    "GITHUB_CLIENT_ID": "pictures",
    "GITHUB_CLIENT_SECRET": "pictures",
    "HELP_CENTRE_URL": "https://docs.example.com/",
    "COMMUNITY_URL": "https://community.example.com/",
}
# Only with DEBUG.
DEVELOPMENT_SHOTS = [
    Shot("styleguide", "/styleguide/"),
    Shot("mailbox", "/mailbox/"),
    Shot("mailbox-none-found", "/mailbox/?q=nobody"),
    Shot("mailbox-message", "/mailbox/", follow=("main tbody a",)),
    Shot("invitation-signed-out", "/mailbox/?q=new.colleague", who="", follow=MAIL),
    Shot("invitation-mine", "/mailbox/?q=sam.stranger", who="sam.stranger", follow=MAIL),
    Shot("invitation-of-another", "/mailbox/?q=new.colleague", who="sam.stranger", follow=MAIL),
    Shot("invitation-expired", "/mailbox/?q=old.friend", who="", follow=MAIL),
    Shot("mail-choice", "/mailbox/?q=new.colleague", who="", follow=("main tbody a", "#text a[href*='/mail/']")),
]
