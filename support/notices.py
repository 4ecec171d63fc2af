"""What support lets await people behind the bell, and which of its mails can be switched off."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.news import MailKind, NotificationKind
from support.actions.warnings import ENDING_NOTICE
from support.letters.tickets import ANSWER_NOTICE

type Names = Mapping[str, str]


def _entitlements_ending(names: Names) -> str:
    """Names: ``organization``, empty for one's personal account."""
    if not names["organization"]:
        return _("Support that you have bought ends soon, or has ended.")
    return _("Support that %(organization)s has bought ends soon, or has ended.") % names


def _answered(names: Names) -> str:
    """Names: ``number`` and ``title`` of the ticket."""
    return _("Your ticket #%(number)s “%(title)s” has an answer.") % names


NOTIFICATIONS: Final[tuple[NotificationKind, ...]] = (
    NotificationKind(
        key=ANSWER_NOTICE,
        label=gettext_lazy("Answers to tickets"),
        icon="message-square-reply",
        sentence=_answered,
        action=gettext_lazy("See ticket"),
        order=70,
        is_news=True,
    ),
    NotificationKind(
        key=ENDING_NOTICE,
        label=gettext_lazy("Entitlements"),
        icon="file-badge",
        sentence=_entitlements_ending,
        action=gettext_lazy("See entitlements"),
        order=75,
        is_news=True,
    ),
)

MAILS: Final[tuple[MailKind, ...]] = (
    # Answers always come: they are what was asked for.
    MailKind(
        key="tickets",
        label=gettext_lazy("My tickets"),
        help=gettext_lazy("We have a ticket of yours, or think that it is solved. Answers always come."),
        order=65,
        kinds=("ticket-received", "ticket-solved"),
    ),
    MailKind(
        key="entitlements",
        label=gettext_lazy("Entitlements that end"),
        help=gettext_lazy("Support that was bought ends in 60, 30 or 7 days, or has ended."),
        order=70,
        kinds=("entitlements-ending",),
    ),
)
