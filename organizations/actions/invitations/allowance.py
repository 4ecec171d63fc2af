"""The allowance of invitation mails in 24 hours: an organization's, and what one address has to bear from all."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.refusal import Refused
from organizations import policies
from organizations.letters.invitations import INVITATION, REMINDER
from organizations.models import Allowance, Organization
from outbox.models import Mail

DAY = timedelta(hours=24)
# The code of the refusal that time alone undoes.
FULL = "allowance"


def check_allowance(organization: Organization, email: str) -> None:
    """Refuse one more mail to an address that had many today, or by an organization that has sent what it may."""
    check_address_allowance(email)
    allowed = organization.allowed(Allowance.Name.INVITATIONS_PER_DAY)
    if allowed is not None and _sent_by(organization).count() >= allowed:
        raise Refused(
            ngettext(
                "This organization may send %d invitation in 24 hours, and has. Try again tomorrow.",
                "This organization may send %d invitations in 24 hours, and has. Try again tomorrow.",
                allowed,
            )
            % allowed,
            code=FULL,
            field="email",
        )


def check_address_allowance(email: str) -> None:
    """Refuse one more mail to an address that had many today, from whichever organization; reminders count."""
    received = Mail.objects.filter(kind__in=[INVITATION, REMINDER], to=email, created_at__gt=timezone.now() - DAY)
    if received.count() >= policies.current().invitations_per_address:
        raise Refused(
            _("%s has been sent many invitations today. Try again tomorrow.") % email,
            code="address-allowance",
            field="email",
        )


def room_at(organization: Organization) -> datetime:
    """When the organization may send one more: now, or when enough of the last ones are a day old."""
    allowed = organization.allowed(Allowance.Name.INVITATIONS_PER_DAY)
    if allowed is None:
        return timezone.now()
    if not allowed:
        # There is nothing to wait for but that staff raise it.
        return timezone.now() + DAY
    newest = _sent_by(organization).order_by("-created_at").values_list("created_at", flat=True)
    # Of as many as it may send, the oldest: once that is a day old, there is room.
    last = next(iter(newest[allowed - 1 : allowed]), None)
    return last + DAY if last else timezone.now()


def _sent_by(organization: Organization) -> QuerySet[Mail]:
    since = timezone.now() - DAY
    return Mail.objects.filter(kind=INVITATION, organization_id=organization.pk, created_at__gt=since)
