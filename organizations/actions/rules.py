"""What several actions decide by: which role may be given, and whether somebody may be in one more organization."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from console.refusal import Refused
from organizations import policies
from organizations.actors import Actor
from organizations.models import Kind, Membership, Organization, role_of
from organizations.policies import Role


def assignable(key: str, organization: Organization, by: Actor) -> Role:
    """The role of that key, if the actor may give it in this organization (PRODUCT: *Rules for every policy*).

    Raises Refused, at the field ``role``, for one that is not there or that may do more than the actor.
    """
    try:
        role = role_of(organization, key)
    except KeyError:
        raise Refused(_("There is no such role."), code="role", field="role") from None
    if not by.covers(role):
        raise Refused(
            _("You can only give a role that may do no more than yours."), code="above-own-role", field="role"
        )
    return role


def check_room(user: User, besides: Organization | None = None) -> None:
    """Refuse one more organization to who is in as many as the policy allows (text 003: one for each account).

    Locks the user until the transaction ends, after the organization: so that two at once do not both find room.
    ``besides``: the organization that is about to be joined, which does not count. Raises Refused.
    """
    most = policies.current().organizations_per_user
    if most is None:
        return
    User.objects.select_for_update().get(pk=user.pk)
    others = Membership.objects.of(user).filter(organization__kind=Kind.TEAM)
    if others.exclude(organization=besides).count() >= most:
        raise Refused(
            ngettext(
                "You can be in %d organization at a time. Leave it first.",
                "You can be in %d organizations at a time. Leave one first.",
                most,
            )
            % most,
            code="no-room",
        )
