"""What billing lets await people behind the bell."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.actions.notifying import Notice
from console.news import NotificationKind

type Names = Mapping[str, str]


def _low_funds(names: Names) -> str:
    """Names: ``organization``, empty for one's personal account."""
    if not names["organization"]:
        return _("The funds of your personal account are low.")
    return _("The funds of %(organization)s are low.") % names


def _payment_failed(names: Names) -> str:
    """Names: ``organization``, empty for one's personal account."""
    if not names["organization"]:
        return _("A payment for your personal account has failed.")
    return _("A payment for %(organization)s has failed.") % names


def _past_due(names: Names) -> str:
    """Names: ``organization``, empty for one's personal account."""
    if not names["organization"]:
        return _("Your personal account has something to pay. Pay within the days of grace, and nothing changes.")
    return _("%(organization)s has something to pay. Pay within the days of grace, and nothing changes.") % names


NOTIFICATIONS: Final = (
    NotificationKind(
        key=Notice.PAST_DUE,
        label=gettext_lazy("Past due"),
        icon="triangle-alert",
        sentence=_past_due,
        action=gettext_lazy("See billing"),
        order=56,
        is_news=True,
    ),
    NotificationKind(
        key=Notice.PAYMENT_FAILED,
        label=gettext_lazy("Payment failed"),
        icon="credit-card",
        sentence=_payment_failed,
        action=gettext_lazy("See payment"),
        order=57,
        is_news=True,
    ),
    NotificationKind(
        key=Notice.LOW_FUNDS,
        label=gettext_lazy("Low funds"),
        icon="wallet",
        sentence=_low_funds,
        action=gettext_lazy("See billing"),
        order=58,
        is_news=True,
    ),
)
