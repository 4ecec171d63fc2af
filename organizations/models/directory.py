"""What somebody finds who looks for an organization to join (text 002, section 3.2)."""

from accounts.models import User
from console.text import words_of
from organizations import policies
from organizations.models.domain import Domain
from organizations.models.membership import Membership
from organizations.models.organization import Kind, Organization, OrganizationQuerySet, Status
from organizations.roles import Permission

# From so many letters on, a word is found anywhere; shorter ones begin a word, or no index would help.
ANYWHERE = 3


def listed_for(user: User) -> OrganizationQuerySet:
    """Organizations that everybody may find, without those that the user is in."""
    return _besides_own(Organization.objects.discoverable(), user)


def suggested_to(user: User) -> OrganizationQuerySet:
    """Organizations that want people with an address in their domain, listed or not, for who has proven such a one."""
    theirs = Domain.objects.welcoming(user).values("organization")
    wanting = Organization.objects.filter(pk__in=theirs, kind=Kind.TEAM).exclude(status=Status.CLOSED)
    return _besides_own(wanting, user)


def findable_by(user: User) -> OrganizationQuerySet:
    """What the user may find and ask to join; everything else is as if it were not there."""
    return listed_for(user) | suggested_to(user)


def matching(organizations: OrganizationQuerySet, term: str) -> OrganizationQuerySet:
    """Those in whose name, address, description or domains each word of ``term`` stands; of a long one, the first ten.

    A term without a letter or digit is in none.
    """
    words = words_of(term[:200])[:10]
    if not words:
        return organizations.none()
    for word in words:
        organizations = organizations.filter(search__contains=word if len(word) >= ANYWHERE else f" {word}")
    return organizations


def open_requests(membership: Membership) -> int | None:
    """How many requests to join await the member, as far as a badge counts; None for who decides none."""
    if not policies.current().has_directory or Permission.DECIDE_REQUESTS not in membership.permissions:
        return None
    return membership.organization.join_requests.pending().counted()


def _besides_own(organizations: OrganizationQuerySet, user: User) -> OrganizationQuerySet:
    return organizations.exclude(pk__in=Membership.objects.filter(user=user).values("organization"))
