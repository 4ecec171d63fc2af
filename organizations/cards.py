"""The cards that organizations add to pages of the profile."""

from typing import Any

from organizations.context import Switcher
from organizations.models import Membership
from organizations.requests import ContextRequest, UserRequest


def my_organizations(request: ContextRequest) -> dict[str, Any]:
    """Where I am a member, the last used first (text 002, section 1.3): what the switcher has asked for already."""
    mine = request.contexts
    return {"memberships": mine[: Switcher.LIMIT], "has_more": len(mine) > Switcher.LIMIT}


def teams_without_founder(request: UserRequest) -> list[Membership]:
    """My memberships that keep me from deleting my account: nobody else has the founder's role in these teams."""
    return list(
        Membership.objects.filter(user=request.user)
        .irreplaceable()
        .select_related("organization")
        .order_by("organization__name", "pk")
    )
