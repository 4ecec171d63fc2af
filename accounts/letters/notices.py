"""Notices: mails that say what has happened to an account, so that its person hears of what somebody else did."""

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.models import User
from audit.actors import Actor
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute

# What happened, in words: the subject, and a sentence. Looked up and called in the reader's language.
type Notice = Callable[[], tuple[str, str]]


def notify(user: User, notice: Notice, *, kind: str, by: Actor, to: str = "") -> None:
    """Tell the user of a change, when and from where it came, and what to do if it was somebody else.

    ``kind`` names the letter in the outbox; ``to``: an address of the user's other than the primary one.
    """

    def compose() -> Letter:
        subject, sentence = notice()
        return Letter(
            subject=subject,
            greeting=_("Hello %s,") % user.get_short_name(),
            paragraphs=[
                sentence,
                circumstances(by),
                _("If it was not you, choose a new password at once and end all other sessions."),
            ],
            action=Link(_("Check your security settings"), absolute(reverse("accounts:security"))),
            reason=_("You get this mail because it concerns the security of your account with %s.")
            % settings.BRAND_NAME,
        )

    tell(user, compose, kind=kind, to=to)


def circumstances(by: Actor) -> str:
    """When and from where a change came, in words."""
    when = timestamp(timezone.now())
    if not by.origin.address:
        return _("Time: %s.") % when
    return _("Time: %(when)s. IP address: %(address)s.") % {"when": when, "address": by.origin.address}


def plea() -> str:
    """What is left to do for who reads only an address that an account has lost, in words."""
    if settings.SUPPORT_EMAIL:
        return (
            _("If the account is yours and it was not you, somebody is taking it over. Write to %s at once.")
            % settings.SUPPORT_EMAIL
        )
    return _("If the account is yours and it was not you, somebody is taking it over. Get help at once.")
