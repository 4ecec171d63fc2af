"""The context to begin in, after signing in and at the start page."""

from django.urls import reverse

from accounts.models import User
from organizations import policies
from organizations.models import Kind, Landing, Membership


def landing(user: User, last_slug: str | None) -> str | None:
    """The address of the context to begin in; None where there is none, or where the check list comes first.

    ``last_slug``: what the session remembers. Under a policy that always begins in the personal account, that one.
    Else what the user has chosen, where the policy lets them and it is still theirs; else the last one, of this session
    or of all, and nothing for who has no team yet and has opened nothing so far.
    """
    policy = policies.current()
    mine = Membership.objects.of(user)
    first = None
    if policy.landing == "personal":
        first = mine.filter(organization__kind=Kind.PERSONAL).first()
    elif policy.may_choose_landing:
        first = _chosen(user)
    if first is None and policy.landing == "last":
        first = _last(user, last_slug)
    return reverse("organizations:overview", args=[first.organization.slug]) if first else None


def _chosen(user: User) -> Membership | None:
    choice = Landing.objects.filter(user=user).first()
    if choice is None:
        return None
    mine = Membership.objects.of(user)
    if choice.organization_id:
        return mine.filter(organization=choice.organization_id).first()
    return mine.filter(organization__kind=Kind.PERSONAL).first()


def _last(user: User, last_slug: str | None) -> Membership | None:
    mine = Membership.objects.of(user)
    if last_slug and (last := mine.filter(organization__slug=last_slug).first()):
        return last
    return mine.first() if mine.filter(organization__kind=Kind.TEAM).exists() else None
