"""What an organization's rules for security mean for its members: who has a second factor that counts here.

An authenticator app or a passkey is a second factor (`accounts.factors`); a telephone only stands in for one. Where
codes by text message do not count, who has added a telephone does not either: whoever takes that number over gets in
with it, past the better factor (docs/decisions/0016).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.factors import PHONE, holds_factor
from accounts.models import User
from organizations.models.membership import Membership, MembershipQuerySet
from organizations.models.organization import SESSION_HOURS, Kind, Organization, Status

# Before an organization closes to those without, they are told at once, and again when only this much time is left.
REMINDERS = (timedelta(days=7), timedelta(days=1))
# How long after that moment those are still told who were not yet.
TOLD_LATE = timedelta(days=1)
# Of the teams that ask, a page of the profile names those last used.
TEAMS_SHOWN = 50
# The ages that a session may have, in words.
SESSION_AGES: Mapping[int, Any] = dict(
    zip(SESSION_HOURS, (_("1 hour"), _("8 hours"), _("1 day"), _("7 days")), strict=True)
)


def counts_in(organization: Organization, reference: str = "user") -> Q:
    """A condition for querysets: whether the user in the column ``reference`` has a factor that counts here.

    ``organization.memberships.filter(counts_in(organization))`` costs no query for each row.
    """
    held = holds_factor(reference)
    if organization.phone_is_second_factor or not PHONE.is_available():
        return held
    return held & ~Q(PHONE.held_by(reference))


def has_counted_factor(user: User, organization: Organization) -> bool:
    """Whether the user has a factor that counts here."""
    return User.objects.filter(counts_in(organization, "pk"), pk=user.pk).exists()


def without_factor(organization: Organization) -> MembershipQuerySet:
    """The memberships of those who have none that counts here."""
    return Membership.objects.filter(~counts_in(organization), organization=organization)


def is_closed_to_those_without(organization: Organization) -> bool:
    """Whether the time to set a second factor up, if there was any, is over."""
    return organization.second_factor_from is not None and organization.second_factor_from <= timezone.now()


def teams_asking(user: User) -> list[Membership]:
    """The user's memberships in teams that ask for a second factor, or will; ``lacks_factor`` says how each stands.

    Three queries, however many there are.
    """
    asking = Membership.objects.of(user).filter(
        organization__kind=Kind.TEAM, organization__second_factor_from__isnull=False
    )
    memberships = list(asking[:TEAMS_SHOWN])
    if not memberships:
        return []
    # What counts depends on nothing of an organization but this choice.
    counted = {
        phones_count: has_counted_factor(user, Organization(phone_is_second_factor=phones_count))
        for phones_count in (True, False)
    }
    for membership in memberships:
        membership.lacks_factor = not counted[membership.organization.phone_is_second_factor]
    return memberships


def untold(organization: Organization) -> MembershipQuerySet:
    """Those of `without_factor` who have not been told since there was last something to tell."""
    since = _last_news(organization)
    return without_factor(organization).filter(Q(factor_told_at=None) | Q(factor_told_at__lt=since))


def about_to_close() -> list[Organization]:
    """The teams whose members are to be told: those that close to some, or have done so a moment ago."""
    now = timezone.now()
    asking = Organization.objects.filter(kind=Kind.TEAM, second_factor_from__gt=now - TOLD_LATE)
    # A rule that was changed long after it came into force concerns others.
    changed = Organization.objects.filter(
        kind=Kind.TEAM, second_factor_from__isnull=False, second_factor_set_at__gt=now - TOLD_LATE
    )
    return list((asking | changed).exclude(status=Status.CLOSED).order_by("pk"))


def _last_news(organization: Organization) -> datetime:
    """When there was last something to tell: what was decided, or that little time is left."""
    deadline, decided = organization.second_factor_from, organization.second_factor_set_at
    assert deadline is not None  # noqa: S101 -- asked of organizations that have the rule
    moments = [decided or deadline, *(deadline - left for left in REMINDERS)]
    # A reminder at the moment of the decision would say the same.
    return max((moment for moment in moments if moment <= timezone.now()), default=deadline)
