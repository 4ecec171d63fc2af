"""Mails about the addresses of an account."""

from allauth.account.models import EmailAddress, get_emailconfirmation_model
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import entrance, tell
from accounts.letters.notices import circumstances, notify, plea
from accounts.models import AddressChange, User
from audit.actors import Actor
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute


def send_verification(address: EmailAddress) -> None:
    """To an address that waits: whose account wants it, and the link that verifies it there."""
    key = get_emailconfirmation_model().create(address).key
    page = reverse("account_confirm_email", args=[key])
    entrance.send("email_confirmation", to=address.email, context={"user": address.user, "activate_url": page})


def tell_of_added(user: User, email: str, by: Actor) -> None:
    """To the primary address: there is one more."""
    notify(
        user,
        lambda: (
            _("An e-mail address was added"),
            _("The address %s was added to your account. It counts once it is verified.") % email,
        ),
        kind="address-added",
        by=by,
    )


def tell_of_removed(user: User, email: str, by: Actor) -> None:
    """To the primary address: there is one less."""
    notify(
        user,
        lambda: (
            _("An e-mail address was removed"),
            _("The address %s was removed from your account.") % email,
        ),
        kind="address-removed",
        by=by,
    )


def tell_of_new_primary(user: User, former: str, by: Actor, change: AddressChange | None) -> None:
    """To both addresses; to the former one with the link that takes ``change`` back, where there is one."""

    def notice() -> tuple[str, str]:
        return (
            _("Your primary e-mail address was changed"),
            _("The primary address of your account is now %s.") % user.email,
        )

    notify(user, notice, kind="primary-address", by=by)
    if change is None:
        notify(user, notice, kind="primary-address", by=by, to=former)
    else:
        tell(user, lambda: _undoable(user, by, change), kind="primary-address-undo", to=former)


def _undoable(user: User, by: Actor, change: AddressChange) -> Letter:
    return Letter(
        subject=_("Your primary e-mail address was changed"),
        greeting=_("Hello %s,") % user.get_short_name(),
        paragraphs=[
            _("The primary address of your account is now %s.") % change.after,
            circumstances(by),
            _("If it was not you, take it back: everybody is signed out, and you choose a new password."),
        ],
        action=Link(_("Take it back"), absolute(reverse("accounts:address_change", args=[change.token]))),
        expires=_("The link works until %s, also when the password was changed.") % timestamp(change.ends_at),
        reason=_("You get this mail because this address was the primary one of your account with %s.")
        % settings.BRAND_NAME,
    )


def tell_of_restored(user: User, removed: list[str], doubted: list[str], by: Actor) -> None:
    """To the restored address: choose a new password; to those that were removed or must be verified again: that."""
    tell(user, lambda: _restored(user, by), kind="primary-address-restored")
    for email in removed:
        tell(user, lambda: _lost(user), kind="primary-address-restored", to=email)
    for email in doubted:
        tell(user, _doubted, kind="primary-address-restored", to=email)


def _restored(user: User, by: Actor) -> Letter:
    return Letter(
        subject=_("Your primary e-mail address is back"),
        greeting=_("Hello %s,") % user.get_short_name(),
        paragraphs=[
            _("The change of your primary address was taken back. Everybody is signed out."),
            circumstances(by),
            _("Your former password works no more. Choose a new one to sign in."),
            _("Verify your other addresses again, and remove what you do not know."),
        ],
        action=Link(_("Choose a new password"), absolute(reverse("account_reset_password"))),
        reason=_("You get this mail because it concerns the security of your account with %s.") % settings.BRAND_NAME,
    )


def _lost(user: User) -> Letter:
    return Letter(
        subject=_("This address was removed from an account"),
        paragraphs=[
            _("The change that made this the primary address of an account was taken back from the former address."),
            _("This address no longer belongs to that account, and everybody was signed out."),
            plea(),
        ],
        action=Link(_("Get help"), absolute(reverse("help:index"))),
        reason=_("You get this mail because this address was the primary one of an account with %s.")
        % settings.BRAND_NAME,
    )


def _doubted() -> Letter:
    return Letter(
        subject=_("This address must be verified again"),
        paragraphs=[
            _("The primary address of an account that this address belongs to was taken back from the former one."),
            _("This address counts there again once it is verified. Everybody was signed out."),
            plea(),
        ],
        action=Link(_("Get help"), absolute(reverse("help:index"))),
        reason=_("You get this mail because this address belongs to an account with %s.") % settings.BRAND_NAME,
    )
