"""What support adds to pages of others: the side bar, the check list, help, the admin."""

from django.utils.translation import gettext_lazy as _

from console.navigation import Section
from console.registry import registry
from organizations.roles import Permission
from support.notices import NOTIFICATIONS

SECTION = Section(
    area="context",
    label=_("Support"),
    icon="life-buoy",
    address="support:overview",
    order=40,
    permission=(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA),
    match=("support:*",),
)


def register() -> None:
    """Add them all."""
    registry.add_section(SECTION)
    for notification in NOTIFICATIONS:
        registry.add_notification(notification)
