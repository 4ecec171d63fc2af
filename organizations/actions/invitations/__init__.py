"""Invitations: sent, answered, ended, reminded of, and many at once."""

from organizations.actions.invitation_states import (
    expire_invitations,
    note_bounce,
    revoke_invitation,
    revoke_invitations_of,
    revoke_open_invitations,
)
from organizations.actions.invitations.answers import accept_invitation, ask_for_renewal, decline_invitation
from organizations.actions.invitations.batch_sending import prune_batches, send_batch, sweep_batches
from organizations.actions.invitations.batches import check_batch, confirm_batch, forget_batches_of, stop_batch
from organizations.actions.invitations.sending import (
    await_invited,
    invite_member,
    remind_invited,
    resend_invitation,
    set_reminders,
)

__all__ = [
    "accept_invitation",
    "ask_for_renewal",
    "await_invited",
    "check_batch",
    "confirm_batch",
    "decline_invitation",
    "expire_invitations",
    "forget_batches_of",
    "invite_member",
    "note_bounce",
    "prune_batches",
    "remind_invited",
    "resend_invitation",
    "revoke_invitation",
    "revoke_invitations_of",
    "revoke_open_invitations",
    "send_batch",
    "set_reminders",
    "stop_batch",
    "sweep_batches",
]
