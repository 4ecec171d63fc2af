"""Mails about a recovery, to each verified address: whoever asked may hold one of the mailboxes, hardly all."""

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.letters.notices import circumstances, plea
from accounts.models import AddressChange, Recovery, User
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

    def why() -> str:
        return _("Somebody who knows your password said that you have lost all that you prove the second step with.")

    _send_cancellable(recovery, why, by)


def send_begun(recovery: Recovery, by: Actor) -> None:
    """A primary address was taken back, and all second factors are so new that somebody else may have added them."""

    def why() -> str:
        return _("Your primary address was taken back, and your second factors may be somebody else's: all are new.")

    _send_cancellable(recovery, why, by)


def _send_cancellable(recovery: Recovery, why: Callable[[], str], by: Actor) -> None:
    def compose() -> Letter:
        return Letter(
            subject=_("Somebody asked to remove your second factors"),
            greeting=_("Hello %s,") % recovery.user.get_short_name(),
            paragraphs=[
                f"{why()} {circumstances(by)}",
                _("Unless it is cancelled, all of them are removed from your account after %s.")
                % timestamp(recovery.due_at),
                _("If it was not you, cancel it now, then choose a new password."),
            ],
            action=Link(
                _("Cancel the request"), absolute(reverse("account_recovery_cancellation", args=[token_of(recovery)]))
            ),
            reason=_reason(),
        )

    def news() -> str:
        when = timestamp(recovery.due_at)
        return _("Unless it is cancelled, all second factors of that account are removed after %s.") % when

    _tell_everywhere(recovery.user, compose, news, kind="recovery-asked")


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

    def news() -> str:
        return _("The request to remove the second factors of that account was cancelled.")

    _tell_everywhere(recovery.user, compose, news, kind="recovery-cancelled")


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

    def news() -> str:
        return _("All second factors of that account were removed, and all sessions have ended.")

    _tell_everywhere(recovery.user, compose, news, kind="recovery-completed")


def _tell_everywhere(user: User, compose: Callable[[], Letter], news: Callable[[], str], *, kind: str) -> None:
    theirs = {user.email, *user.verified_addresses()}
    for address in sorted(theirs):
        tell(user, compose, kind=kind, to=address)
    for address in sorted(AddressChange.objects.lost_by(user.pk) - theirs):
        tell(user, lambda: _elsewhere(news()), kind=kind, to=address)


def _elsewhere(news: str) -> Letter:
    # Without a link that cancels: it may be an attacker's address, who would keep the owner out for good.
    return Letter(
        subject=_("News of an account that this address belonged to"),
        paragraphs=[
            _("A change of the primary address of that account was taken back a short while ago."),
            news,
            plea(),
        ],
        action=Link(_("Get help"), absolute(reverse("help:index"))),
        reason=_("You get this mail because this address belonged to an account with %s.") % settings.BRAND_NAME,
    )


def _reason() -> str:
    return _("You get this mail because it concerns the security of your account with %s.") % settings.BRAND_NAME
