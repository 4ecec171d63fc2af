"""Changing what a member may do."""

from typing import Any, cast

from console.forms import ActionForm
from organizations.actors import Actor
from organizations.forms.roles import RoleField
from organizations.models import Membership, roles_of


class RoleForm(ActionForm):
    """A member's role: the one that they have, and those that the actor may give."""

    role = RoleField()

    def __init__(self, *args: Any, actor: Actor, membership: Membership, **kwargs: Any) -> None:
        kwargs["initial"] = {"role": membership.role_key}
        super().__init__(*args, **kwargs)
        roles = roles_of(membership.organization)
        offered = [role for role in roles if role.key == membership.role_key or actor.covers(role)]
        cast("RoleField", self.fields["role"]).offer(offered)
