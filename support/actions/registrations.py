"""Reminding people of a customer who have not registered yet (text 003: *making sure all … register*)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.letters.invitations import INVITATION
from organizations.models import Allowance, Organization
from organizations.roles import Permission
from outbox.models import Mail, Suppression
from outbox.suppression import is_suppressed, suppressed_among
from support.letters import directory as letters
from support.models import CustomerPerson
from support.models.customer import CustomerPersonQuerySet

# Nobody asked for these mails: so long apart, and so many for each person.
APART = timedelta(days=3)
MOST = 3
# So many are written at one press of the button.
AT_ONCE = 100
DAY = timedelta(hours=24)

KIND = Suppression.Kind.INVITATIONS


def remindable(people: CustomerPersonQuerySet, now: datetime) -> CustomerPersonQuerySet:
    """Those who can be reminded now: not registered, nor reminded too often or too lately."""
    long_ago = Q(reminded_at=None) | Q(reminded_at__lte=now - APART)
    return people.not_registered().filter(long_ago, reminders__lt=MOST)


@audited("registration.reminded")
def remind_person(*, organization: Organization, person_id: UUID, by: Actor) -> CustomerPerson:
    """Mail somebody of the customer who has not registered.

    Raises Refused for who has come, was reminded within `APART` or `MOST` times, wants no such mail, and where the
    organization has no mails left for today.
    """
    organization, by = _lock(organization, by)
    person = _people(organization).filter(pk=person_id).first()
    if person is None:
        raise Refused(_("This person is not missing any more."), code="gone")
    if not remindable(_people(organization), timezone.now()).filter(pk=person.pk).exists():
        sentence = _("Somebody is reminded at most three times, three days apart.")
        raise Refused(sentence, code="too-often")
    if is_suppressed(person.email, KIND):
        raise Refused(_("This address wants no such mail. Tell them another way."), code="unwilling")
    if _room(organization, 1) < 1:
        raise _no_room()
    _remind([person], organization, by)
    return person


@audited("registration.reminded")
def remind_everybody(*, organization: Organization, by: Actor) -> int:
    """Mail those of the customer who can be reminded, longest waiting first, as far as today's allowance goes.

    How many: at most `AT_ONCE`. Raises Refused where that is nobody.
    """
    organization, by = _lock(organization, by)
    waiting = remindable(_people(organization), timezone.now()).order_by("reminders", "reminded_at", "id")
    # Of those who want no mail there are few.
    found = list(waiting[: AT_ONCE * 5])
    unwilling = suppressed_among([person.email for person in found], KIND)
    willing = [person for person in found if person.email not in unwilling][:AT_ONCE]
    if not willing:
        raise Refused(_("Nobody can be reminded now: each at most three times, three days apart."), code="nobody")
    room = _room(organization, len(willing))
    if room < 1:
        raise _no_room()
    _remind(willing[:room], organization, by)
    return len(willing[:room])


def _lock(organization: Organization, by: Actor) -> tuple[Organization, Actor]:
    """Who may invite and sees what is of the customer: the directory is both."""
    organization, by = lock(organization.pk, by, Permission.VIEW_CUSTOMER_DATA)
    return lock(organization.pk, by, Permission.INVITE_MEMBERS)


def _people(organization: Organization) -> CustomerPersonQuerySet:
    return CustomerPerson.objects.filter(customer__organization=organization).not_registered()


def _remind(people: list[CustomerPerson], organization: Organization, by: Actor) -> None:
    reminder = None if by.is_trusted else by.user
    for person in people:
        person.reminders, person.reminded_at = person.reminders + 1, timezone.now()
        letters.send_reminder(person, organization, reminder)
    CustomerPerson.objects.bulk_update(people, ["reminders", "reminded_at"])
    record(
        "registration.reminded",
        by=by,
        organization_id=organization.pk,
        target=organization,
        after={"people": len(people)},
    )


def _room(organization: Organization, wanted: int) -> int:
    """How many of ``wanted`` mails may still be sent today: they count as invitations do."""
    allowed = organization.allowed(Allowance.Name.INVITATIONS_PER_DAY)
    if allowed is None:
        return wanted
    since = timezone.now() - DAY
    sent = Mail.objects.filter(
        kind__in=[INVITATION, letters.REMINDER], organization_id=organization.pk, created_at__gt=since
    )
    return min(wanted, allowed - sent.count())


def _no_room() -> Refused:
    return Refused(_("This organization has sent all the invitations of today. Try again tomorrow."), code="allowance")
