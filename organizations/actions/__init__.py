"""What people do in and to organizations.

Each takes ``by``, an Actor; is atomic; locks the organization before it decides on its people; raises Refused with a
sentence; records an event. Views ask for the permission (``@requires``); with the lock held it is asked for again.
"""

from organizations.actions.api_keys import (
    create_key,
    create_service_key,
    edit_key,
    end_expired_keys,
    limit_networks,
    make_secret,
    prune_keys,
    revoke_key,
    rotate_secret,
    tell_of_key_ends,
)
from organizations.actions.api_tokens import end_token, make_token
from organizations.actions.appointments import confirm_founder, drop_appointment, propose_founder
from organizations.actions.closing import close_organization, reopen_organization
from organizations.actions.closing_work import end_closed_organizations, go_on_closing, sweep_closings
from organizations.actions.deciders import send_digests, tell_of_request
from organizations.actions.details import edit_details
from organizations.actions.domains import (
    add_domain,
    ask_for_check,
    check_domain,
    join_by_domain,
    let_in,
    remove_domain,
    set_domain_joining,
    sweep_domains,
    sweep_letting_in,
)
from organizations.actions.exports import (
    make_organization_export,
    note_organization_download,
    prune_organization_exports,
    request_organization_export,
    sweep_organization_exports,
)
from organizations.actions.invitations import (
    accept_invitation,
    ask_for_renewal,
    check_batch,
    confirm_batch,
    decline_invitation,
    expire_invitations,
    invite_member,
    note_bounce,
    prune_batches,
    remind_invited,
    resend_invitation,
    revoke_invitation,
    send_batch,
    set_reminders,
    stop_batch,
    sweep_batches,
)
from organizations.actions.join_requests import approve_request, decline_request, request_to_join, withdraw_request
from organizations.actions.landing import choose_landing
from organizations.actions.limits import limits_in_use
from organizations.actions.log_exports import export_log
from organizations.actions.log_retention import prune_logs
from organizations.actions.logos import change_logo, remove_logo
from organizations.actions.member_exports import export_members, export_review
from organizations.actions.memberships import change_role, edit_member, leave_organization, remove_member
from organizations.actions.organizations import (
    create_organization,
    create_personal_account,
    set_allowance,
)
from organizations.actions.roles import create_role, delete_role, edit_role
from organizations.actions.security import (
    change_second_factor,
    release_second_factor,
    require_second_factor,
    set_session_age,
    tell_of_second_factor,
)
from organizations.actions.settings import edit_joining, edit_organization
from organizations.actions.stream_sending import send_stream, sweep_streams
from organizations.actions.streams import (
    change_stream,
    remove_stream,
    renew_stream_secret,
    set_stream,
    switch_stream_off,
    try_stream,
)
from organizations.actions.suspensions import lift_suspension, reactivate_organization, suspend_organization
from organizations.actions.timed_memberships import end_timed_memberships, tell_of_ends
from organizations.actions.transfers import (
    accept_transfer,
    decline_transfer,
    expire_transfers,
    offer_transfer,
    withdraw_transfer,
)

__all__ = [
    "accept_invitation",
    "accept_transfer",
    "add_domain",
    "approve_request",
    "ask_for_check",
    "ask_for_renewal",
    "change_logo",
    "change_role",
    "change_second_factor",
    "change_stream",
    "check_batch",
    "check_domain",
    "choose_landing",
    "close_organization",
    "confirm_batch",
    "confirm_founder",
    "create_key",
    "create_organization",
    "create_personal_account",
    "create_role",
    "create_service_key",
    "decline_invitation",
    "decline_request",
    "decline_transfer",
    "delete_role",
    "drop_appointment",
    "edit_details",
    "edit_joining",
    "edit_key",
    "edit_member",
    "edit_organization",
    "edit_role",
    "end_closed_organizations",
    "end_expired_keys",
    "end_timed_memberships",
    "end_token",
    "expire_invitations",
    "expire_transfers",
    "export_log",
    "export_members",
    "export_review",
    "go_on_closing",
    "invite_member",
    "join_by_domain",
    "leave_organization",
    "let_in",
    "lift_suspension",
    "limit_networks",
    "limits_in_use",
    "make_organization_export",
    "make_secret",
    "make_token",
    "note_bounce",
    "note_organization_download",
    "offer_transfer",
    "propose_founder",
    "prune_batches",
    "prune_keys",
    "prune_logs",
    "prune_organization_exports",
    "reactivate_organization",
    "release_second_factor",
    "remind_invited",
    "remove_domain",
    "remove_logo",
    "remove_member",
    "remove_stream",
    "renew_stream_secret",
    "reopen_organization",
    "request_organization_export",
    "request_to_join",
    "require_second_factor",
    "resend_invitation",
    "revoke_invitation",
    "revoke_key",
    "rotate_secret",
    "send_batch",
    "send_digests",
    "send_stream",
    "set_allowance",
    "set_domain_joining",
    "set_reminders",
    "set_session_age",
    "set_stream",
    "stop_batch",
    "suspend_organization",
    "sweep_batches",
    "sweep_closings",
    "sweep_domains",
    "sweep_letting_in",
    "sweep_organization_exports",
    "sweep_streams",
    "switch_stream_off",
    "tell_of_ends",
    "tell_of_key_ends",
    "tell_of_request",
    "tell_of_second_factor",
    "try_stream",
    "withdraw_request",
    "withdraw_transfer",
]
