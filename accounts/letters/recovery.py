"""Mails about a recovery, to each verified address: whoever asked may hold one of the mailboxes, hardly all."""

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.letters.notices import circumstances
from accounts.models import Recovery, User
from audit.actors import Actor
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute

SALT = "accounts.recovery"


def token_of(recovery: Recovery) -> str:
    """What the link that cancels carries. It can only stop, and is good for as long as there is something to stop."""
    return signing.dumps(str(recovery.pk), salt=SALT)


def recovery_of(token: str) -> Recovery | None:
    """The recovery that a link is about; None for a made-up one."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Recovery.objects.select_related("user").filter(pk=pk).first()


def send_asked(recovery: Recovery, by: Actor) -> None:
    """Somebody who gave the first factor says that the others are lost."""

    def compose() -> Letter:
        return Letter(
            subject=_("Somebody asked to remove your second factors"),
            greeting=_("Hello %s,") % recovery.user.get_short_name(),
            paragraphs=[
                _("Somebody who knows your password said that you have lost all that you prove the second step with.")
                + " "
                + circumstances(by),
                _("Unless it is cancelled, all of them are removed from your account after %s.")
                % timestamp(recovery.due_at),
                _("If it was not you, cancel it now, then choose a new password."),
            ],
            action=Link(_("Cancel"), absolute(reverse("account_recovery_cancellation", args=[token_of(recovery)]))),
            reason=_reason(),
        )

    _tell_everywhere(recovery.user, compose, kind="recovery-asked")


def send_cancelled(recovery: Recovery) -> None:
    """It was stopped."""

    def compose() -> Letter:
        return Letter(
            subject=_("Your second factors stay"),
            greeting=_("Hello %s,") % recovery.user.get_short_name(),
            paragraphs=[
                _("The request to remove the second factors of your account was cancelled. Nothing has changed."),
                _("If you did not ask for it, choose a new password: somebody knows yours."),
            ],
            action=Link(_("Choose a new password"), absolute(reverse("account_reset_password"))),
            reason=_reason(),
        )

    _tell_everywhere(recovery.user, compose, kind="recovery-cancelled")


def send_completed(recovery: Recovery) -> None:
    """It is done."""

    def compose() -> Letter:
        return Letter(
            subject=_("Your second factors were removed"),
            greeting=_("Hello %s,") % recovery.user.get_short_name(),
            paragraphs=[
                _(
                    "As asked for a day ago, all second factors of your account are removed, all sessions have ended"
                    " and no browser is trusted any more."
                ),
                _("Sign in, and set up an authenticator app or a passkey again."),
            ],
            action=Link(_("Sign in"), absolute(reverse("account_login"))),
            reason=_reason(),
        )

    _tell_everywhere(recovery.user, compose, kind="recovery-completed")


def _tell_everywhere(user: User, compose: Callable[[], Letter], *, kind: str) -> None:
    for address in sorted({user.email, *user.verified_addresses()}):
        tell(user, compose, kind=kind, to=address)


def _reason() -> str:
    return _("You get this mail because it concerns the security of your account with %s.") % settings.BRAND_NAME
