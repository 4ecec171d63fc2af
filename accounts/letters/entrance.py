"""The mails of accounts, in our words. Their names are allauth's, which decides when each is sent."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.letters import tell_address
from outbox.letters import Letter, Link, absolute

type Context = Mapping[str, Any]


def verification(context: Context) -> Letter:
    """To somebody who signed up or added an address: prove that it is yours."""
    return Letter(
        subject=_("Verify your e-mail address"),
        paragraphs=[_("Verify this address to use it with %s.") % settings.BRAND_NAME],
        action=Link(_("Verify address"), context["activate_url"]),
        expires=_("The link works for %d days.") % settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
        reason=_("You get this mail because somebody gave this address to %s. If it was not you, ignore it.")
        % settings.BRAND_NAME,
    )


def address_added(context: Context) -> Letter:
    """To an address that somebody added to their account: which account, so that nobody lends theirs unawares."""
    user = context["user"]
    account = f"{user.name} <{user.email}>"
    return Letter(
        subject=_("Verify an additional e-mail address"),
        paragraphs=[
            _("%s wants to use this address, too.") % account,
            _("If this is your account, sign in to it and verify the address. If it is somebody else's, do not."),
        ],
        action=Link(_("Verify address"), context["activate_url"]),
        expires=_("The link works for %d days.") % settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
        reason=_("You get this mail because somebody gave this address to %s. If it was not you, ignore it.")
        % settings.BRAND_NAME,
    )


def account_already_exists(context: Context) -> Letter:
    """To somebody who signed up with the address of an account that exists; the page does not tell."""
    return Letter(
        subject=_("You already have an account"),
        paragraphs=[
            _("Somebody, probably you, tried to sign up with this address. It has an account already."),
            _("Sign in with it, or choose a new password if you have forgotten yours."),
        ],
        action=Link(_("Choose a new password"), context["password_reset_url"]),
        reason=_("You get this mail because somebody used this address to sign up. If it was not you, ignore it."),
    )


def password_reset_key(context: Context) -> Letter:
    """To somebody who forgot the password."""
    return Letter(
        subject=_("Choose a new password"),
        paragraphs=[_("Somebody, probably you, asked to choose a new password for this account.")],
        action=Link(_("Choose a new password"), context["password_reset_url"]),
        expires=_("The link works once, for %d hours.") % (settings.PASSWORD_RESET_TIMEOUT // 3600),
        reason=_(
            "You get this mail because a new password was asked for. If it was not you, ignore it: nothing changes."
        ),
    )


def unknown_account(context: Context) -> Letter:
    """To an address without an account, for which a new password was asked; the page does not tell."""
    return Letter(
        subject=_("There is no account with this address"),
        paragraphs=[
            _("Somebody, probably you, asked to choose a new password."),
            _("There is no account with this address; perhaps you signed up with another one."),
        ],
        action=Link(_("Sign up"), context["signup_url"]),
        reason=_("You get this mail because a new password was asked for. If it was not you, ignore it."),
    )


def confirmation(context: Context) -> Letter:
    """To an address that is to be verified outside of a sign-up: the primary one, or one more."""
    is_primary = context["user"].email == context["email"]
    return verification(context) if is_primary else address_added(context)


LETTERS: Mapping[str, tuple[str, Callable[[Context], Letter]]] = {
    "email_confirmation": ("verification", confirmation),
    "email_confirmation_signup": ("verification", verification),
    "account_already_exists": ("account-exists", account_already_exists),
    "password_reset_key": ("password-reset", password_reset_key),
    "unknown_account": ("unknown-account", unknown_account),
}


def send(name: str, *, to: str, context: Context) -> None:
    """Queue allauth's mail ``name`` for the address ``to``.

    Raises KeyError for a mail that we have no words for: a setting switched on a flow that nobody looked at.
    """
    kind, letter = LETTERS[name]
    # allauth builds addresses from the request, whose Host somebody may have made up: ours begin with SITE_URL.
    links = {key: absolute(value) for key, value in context.items() if key.endswith("_url")}
    tell_address(to, lambda: letter({**context, **links, "email": to}), kind=kind)
