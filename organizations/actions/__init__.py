"""What people do in and to organizations.

Each takes ``by``, an Actor; is atomic; locks the organization before it decides on its people; raises Refused with a
sentence; records an event. Views ask for the permission (``@requires``); with the lock held it is asked for again.
"""

from organizations.actions.invitations import (
    accept_invitation,
    ask_for_renewal,
    decline_invitation,
    expire_invitations,
    invite_member,
    note_bounce,
    resend_invitation,
    revoke_invitation,
)
from organizations.actions.memberships import change_role, leave_organization, remove_member
from organizations.actions.organizations import (
    create_organization,
    create_personal_account,
    edit_organization,
    reactivate_organization,
    set_allowance,
    suspend_organization,
)

__all__ = [
    "accept_invitation",
    "ask_for_renewal",
    "change_role",
    "create_organization",
    "create_personal_account",
    "decline_invitation",
    "edit_organization",
    "expire_invitations",
    "invite_member",
    "leave_organization",
    "note_bounce",
    "reactivate_organization",
    "remove_member",
    "resend_invitation",
    "revoke_invitation",
    "set_allowance",
    "suspend_organization",
]
