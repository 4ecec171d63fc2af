"""What organizations add to pages of others: cards of the profile, columns of the access review, secrets to reseal."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.paths import is_own_path
from console.registry import Card, ReviewColumn, Sealed, registry
from organizations import policies
from organizations.actions.limits import LIMITS
from organizations.forms.landing import LandingForm
from organizations.models import (
    ApiKey,
    AuditStream,
    IdempotentRequest,
    Landing,
    Membership,
    api_key,
    idempotent_request,
)
from organizations.models.counting import keys_of, last_key_use_of
from organizations.models.security import teams_asking
from organizations.requests import ContextRequest, UserRequest
from organizations.switcher import Switcher

# The session's key for the page that sent somebody to their factors, and since when it is worth going back to.
CAME_FROM = "factor_asked_by"
CAME_FROM_LASTS = timedelta(hours=1)


def my_organizations(request: ContextRequest) -> dict[str, Any]:
    """Where I am a member, the last used first (text 002, section 1.3): what the switcher has asked for already."""
    mine = request.contexts
    return {"memberships": mine[: Switcher.LIMIT], "has_more": len(mine) > Switcher.LIMIT}


def landing(request: ContextRequest) -> LandingForm | None:
    """Where I begin; None where the policy lets nobody choose. Of very many teams, those last used can be chosen."""
    user = request.user
    if not policies.current().may_choose_landing or not isinstance(user, User):
        return None
    choice = Landing.objects.filter(user=user).first()
    mine = list(request.contexts)
    if choice and choice.organization_id not in {None, *(membership.organization_id for membership in mine)}:
        mine += Membership.objects.of(user).filter(organization=choice.organization_id)
    return LandingForm.of(choice, mine)


def teams_asking_for_factor(request: UserRequest) -> dict[str, Any]:
    """Which of my teams ask for a second factor, which are closed to me, and the page that sent me here for one."""
    came_from = request.GET.get("next", "")
    if is_own_path(came_from):
        request.session[CAME_FROM] = [came_from, timezone.now().timestamp()]
    way_back, since = request.session.get(CAME_FROM, ("", 0))
    if timezone.now().timestamp() - since > CAME_FROM_LASTS.total_seconds():
        way_back = ""
    return {"memberships": teams_asking(request.user), "way_back": way_back, "now": timezone.now()}


def teams_that_would_close(request: UserRequest) -> list[Membership]:
    """Which of my teams close to me once I have no second factor any more."""
    return [membership for membership in teams_asking(request.user) if not membership.lacks_factor]


def teams_without_phones(request: UserRequest) -> list[Membership]:
    """Which of my teams close to me once codes can be sent to me by text message."""
    asking = teams_that_would_close(request)
    return [membership for membership in asking if not membership.organization.phone_is_second_factor]


def teams_without_founder(request: UserRequest) -> list[Membership]:
    """My memberships that keep me from deleting my account: nobody else has the founder's role in these teams."""
    return list(
        Membership.objects.filter(user=request.user)
        .irreplaceable()
        .select_related("organization")
        .order_by("organization__name", "pk")
    )


# Which page of the profile has which of them.
CARDS = [
    Card(page="preferences", order=10, template="organizations/_my_card.html", show=my_organizations),
    Card(page="preferences", order=15, template="organizations/_landing_card.html", show=landing),
    Card(page="mfa", order=10, template="organizations/security/_teams.html", show=teams_asking_for_factor),
    Card(
        page="factor-removal",
        order=10,
        template="organizations/security/_would_close.html",
        show=teams_that_would_close,
    ),
    Card(page="phone-new", order=10, template="organizations/security/_would_close.html", show=teams_without_phones),
    Card(page="deletion", order=10, template="organizations/_last_founder.html", show=teams_without_founder),
]

REVIEW = [
    ReviewColumn(key="keys", label=_("API keys"), order=10, counts=keys_of),
    ReviewColumn(key="key-use", label=_("Last key use"), order=11, counts=last_key_use_of, nothing=""),
]

SEALED = [
    *(
        Sealed(rows=rows, column=column, purpose=purpose)
        for rows, purpose in ((ApiKey.objects.all, api_key.PURPOSE), (AuditStream.objects.all, AuditStream.PURPOSE))
        for column in ("secret", "former_secret")
    ),
    Sealed(rows=IdempotentRequest.objects.all, column="body", purpose=idempotent_request.PURPOSE),
]


def register() -> None:
    """Add them all."""
    for card in CARDS:
        registry.add_card(card)
    for column in REVIEW:
        registry.add_review_column(column)
    for sealed in SEALED:
        registry.add_sealed(sealed)
    for limit in LIMITS:
        registry.add_limit(limit)
