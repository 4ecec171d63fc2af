"""Every action leaves an event in the organization's log, whoever did it; a new action that leaves none fails here."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.actions import edit_contact
from audit.models import Event
from infrastructure import actions as infrastructure_actions
from organizations import actions
from organizations.actors import Actor
from projects.actions import grants as grant_actions
from projects.actions import projects as project_actions
from projects.actions import services as service_actions
from support import actions as support_actions
from support import directory
from tests.audit import (
    acting_answers,
    acting_billing,
    acting_certificates,
    acting_contracts,
    acting_directory,
    acting_domains,
    acting_engines,
    acting_grants,
    acting_keys,
    acting_projects,
    acting_servers,
    acting_services,
    acting_streams,
    acting_tickets,
    acting_tokens,
    owning,
    settling,
)
from tests.audit.finding import audited_in
from tests.audit.stage import (
    Stage,
    create,
    edit,
    end_timed,
    expire,
    invite,
    join_by_domain,
    lift,
    reactivate,
    remind,
    request_to_join,
)
from tests.cast import Cast, make_person

pytestmark = pytest.mark.django_db

# No event of an organization: the personal account is part of the user, whose making is recorded; where one begins is
# recorded in one's own log (tests/organizations/test_landing.py).
SILENT = {
    "send_digests",
    # A mail, and nothing else.
    "tell_of_ends",
    "tell_of_request",
    "tell_of_second_factor",
    "prune_batches",
    # Events go; what they were about has not changed.
    "prune_logs",
    "sweep_batches",
    "create_personal_account",
    "choose_landing",
    # It only reads.
    "limits_in_use",
    # What is on its way is no news; that it was switched off is, and tests of the stream say so.
    "send_stream",
    "sweep_streams",
    *owning.SILENT,
    *acting_domains.SILENT,
    *acting_keys.SILENT,
    *acting_services.SILENT,
}
STAFF_ONLY = {"set_allowance"}


DOING: dict[str, tuple[str, Callable[[Stage], object]]] = {
    "create_organization": ("organization.created", create),
    "edit_organization": ("organization.edited", edit),
    "suspend_organization": ("organization.suspended", Stage.suspend),
    "reactivate_organization": ("organization.reactivated", reactivate),
    "lift_suspension": ("organization.reactivated", lift),
    "invite_member": ("invitation.created", invite),
    "resend_invitation": (
        "invitation.resent",
        lambda s: actions.resend_invitation(invitation=s.invitation, by=s.actor(s.cast.adam)),
    ),
    "revoke_invitation": (
        "invitation.revoked",
        lambda s: actions.revoke_invitation(invitation=s.invitation, by=s.actor(s.cast.adam)),
    ),
    "accept_invitation": (
        "invitation.accepted",
        lambda s: actions.accept_invitation(invitation=s.invitation, by=s.cast.sam.actor()),
    ),
    "decline_invitation": (
        "invitation.declined",
        lambda s: actions.decline_invitation(invitation=s.invitation, by=s.cast.sam.actor()),
    ),
    "ask_for_renewal": (
        "invitation.renewal_asked",
        lambda s: actions.ask_for_renewal(invitation=s.expire(), by=s.cast.sam.actor()),
    ),
    "expire_invitations": ("invitation.expired", expire),
    "set_reminders": (
        "organization.reminders_set",
        lambda s: actions.set_reminders(organization=s.cast.acme, reminds_invited=False, by=s.actor(s.cast.adam)),
    ),
    "remind_invited": ("invitation.reminded", remind),
    "check_batch": ("invitation_batch.checked", lambda s: s.batch()),
    "confirm_batch": (
        "invitation_batch.confirmed",
        lambda s: actions.confirm_batch(batch=s.batch(), by=s.actor(s.cast.adam)),
    ),
    "stop_batch": (
        "invitation_batch.stopped",
        lambda s: actions.stop_batch(batch=s.batch(), by=s.actor(s.cast.olivia)),
    ),
    "send_batch": (
        "invitation_batch.sent",
        lambda s: actions.send_batch(actions.confirm_batch(batch=s.batch(), by=s.actor(s.cast.adam)).pk),
    ),
    "note_bounce": ("invitation.bounced", lambda s: actions.note_bounce(mail=s.bounced())),
    "change_role": (
        "membership.role_changed",
        lambda s: actions.change_role(
            membership=s.cast.mia.membership(s.cast.acme), role="tech", by=s.actor(s.cast.adam)
        ),
    ),
    "edit_member": (
        "membership.end_set",
        lambda s: actions.edit_member(
            membership=s.cast.mia.membership(s.cast.acme),
            role="member",
            last_day=timezone.localdate(),
            by=s.actor(s.cast.adam),
        ),
    ),
    "end_timed_memberships": ("membership.ended", end_timed),
    "export_log": (
        "log.exported",
        lambda s: actions.export_log(organization=s.cast.acme, kind="csv", filters=[], by=s.actor(s.cast.adam)),
    ),
    "export_members": (
        "members.exported",
        lambda s: actions.export_members(organization=s.cast.acme, by=s.actor(s.cast.theo)),
    ),
    "export_review": (
        "review.exported",
        lambda s: actions.export_review(organization=s.cast.acme, by=s.actor(s.cast.adam)),
    ),
    "remove_member": (
        "membership.removed",
        lambda s: actions.remove_member(membership=s.cast.mia.membership(s.cast.acme), by=s.actor(s.cast.adam)),
    ),
    "create_role": ("role.created", lambda s: s.role()),
    "edit_role": (
        "role.edited",
        lambda s: actions.edit_role(role=s.role(), name="Guest", permissions=["pay"], by=s.actor(s.cast.adam)),
    ),
    "delete_role": ("role.deleted", lambda s: actions.delete_role(role=s.role(), by=s.actor(s.cast.adam))),
    "require_second_factor": ("organization.second_factor_required", lambda s: s.require_factor()),
    "change_second_factor": (
        "organization.second_factor_changed",
        lambda s: actions.change_second_factor(
            organization=s.require_factor(), phone_counts=False, by=s.actor(s.cast.adam)
        ),
    ),
    "release_second_factor": (
        "organization.second_factor_released",
        lambda s: actions.release_second_factor(organization=s.require_factor(), by=s.actor(s.cast.adam)),
    ),
    "set_session_age": (
        "organization.session_age_set",
        lambda s: actions.set_session_age(organization=s.cast.acme, hours=8, by=s.actor(s.cast.adam)),
    ),
    "request_to_join": ("join_request.created", request_to_join),
    "withdraw_request": (
        "join_request.withdrawn",
        lambda s: actions.withdraw_request(join_request=request_to_join(s), by=s.cast.rita.actor()),
    ),
    "approve_request": (
        "join_request.approved",
        lambda s: actions.approve_request(join_request=request_to_join(s), role="tech", by=s.actor(s.cast.adam)),
    ),
    "decline_request": (
        "join_request.declined",
        lambda s: actions.decline_request(join_request=request_to_join(s), reason="", by=s.actor(s.cast.adam)),
    ),
    "join_by_domain": ("membership.joined", join_by_domain),
    "leave_organization": (
        "membership.left",
        lambda s: actions.leave_organization(membership=s.cast.mia.membership(s.cast.acme), by=s.actor(s.cast.mia)),
    ),
}

# What staff do with buttons of the admin, and so without a membership that says where they are.
BY_STAFF: dict[str, tuple[str, Callable[[Stage, Actor], object]]] = {
    "resend_invitation": (
        "invitation.resent",
        lambda s, by: actions.resend_invitation(invitation=s.invitation, by=by),
    ),
    "revoke_invitation": (
        "invitation.revoked",
        lambda s, by: actions.revoke_invitation(invitation=s.invitation, by=by),
    ),
    "invite_member": (
        "invitation.created",
        lambda s, by: actions.invite_member(organization=s.cast.acme, email="a@example.com", role="member", by=by),
    ),
    "change_role": (
        "membership.role_changed",
        lambda s, by: actions.change_role(membership=s.cast.mia.membership(s.cast.acme), role="tech", by=by),
    ),
    "remove_member": (
        "membership.removed",
        lambda s, by: actions.remove_member(membership=s.cast.mia.membership(s.cast.acme), by=by),
    ),
    "set_allowance": (
        "allowance.set",
        lambda s, by: actions.set_allowance(organization=s.cast.acme, limit="invitations_per_day", amount=9, by=by),
    ),
    "suspend_organization": (
        "organization.suspended",
        lambda s, by: actions.suspend_organization(organization=s.cast.acme, reason="staff", by=by),
    ),
}


@pytest.fixture
def stage(cast: Cast) -> Stage:
    invitation = actions.invite_member(
        organization=cast.acme, email="sam.stranger@example.com", role="member", by=cast.olivia.actor(cast.acme)
    )
    return Stage(cast, invitation)


def by_the_cast(do: Callable[[Cast], object]) -> Callable[[Stage], object]:
    return lambda stage: do(stage.cast)


DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in owning.OWNING.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in settling.SETTLING.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_keys.KEYS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_domains.DOMAINS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_streams.STREAMS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_tokens.TOKENS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_projects.PROJECTS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_grants.GRANTS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_services.SERVICES.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_billing.BILLING.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_answers.ANSWERS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_certificates.CERTIFICATES.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_contracts.CONTRACTS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_directory.DIRECTORY.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_engines.ENGINES.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_servers.SERVERS.items()}
DOING |= {action: (event, by_the_cast(do)) for action, (event, do) in acting_tickets.TICKETS.items()}

# What staff do for everybody: it stands in the log of the deployment.
OF_NOBODY = {"allow_again", "apply_import", "forget_customer", "give_in", "look_again"}

ACTIONS = {
    name: getattr(module, name)
    for module in (actions, grant_actions, project_actions, service_actions)
    for name in module.__all__
} | acting_billing.found()
ACTIONS |= audited_in(infrastructure_actions) | audited_in(support_actions, OF_NOBODY) | audited_in(directory)


def test_every_action_is_looked_at() -> None:
    """A new action must be entered above by somebody who thought about what it leaves in the log."""
    known = set(DOING) - set(acting_billing.BROUGHT_ABOUT)
    assert known | SILENT | (set(BY_STAFF) & STAFF_ONLY) == set(ACTIONS)


@pytest.mark.parametrize("action", DOING)
def test_it_leaves_an_event_in_the_organizations_log(stage: Stage, action: str) -> None:
    name, do = DOING[action]
    before = set(Event.objects.values_list("pk", flat=True))
    do(stage)
    new = Event.objects.exclude(pk__in=before).filter(action=name)
    event = new.get()
    assert event.outcome == "done"
    assert event.organization_id == stage.cast.acme.pk
    assert event.target_id is not None
    assert event.detail is not None


@pytest.mark.parametrize("action", BY_STAFF)
def test_what_staff_do_stands_in_the_organizations_log_too(stage: Stage, action: str) -> None:
    name, do = BY_STAFF[action]
    stella = make_person("stella.staff@example.com", is_staff=True)
    do(stage, Actor.staff(stella.user))
    event = Event.objects.filter(action=name).latest("id")
    assert (event.actor_kind, event.actor_id, event.organization_id) == ("staff", stella.user.pk, stage.cast.acme.pk)


def test_a_changed_name_stands_in_the_persons_own_log(cast: Cast) -> None:
    edit_contact(
        user=cast.sam.user,
        first_name="Samuel",
        last_name="Wanderer",
        salutation="",
        phone="",
        job_role="",
        by=cast.sam.actor(),
    )
    assert Event.objects.get(action="account.contact_edited").subject_id == cast.sam.user.pk


def test_every_action_that_asks_for_an_actor_is_audited() -> None:
    """Refusals of each are recorded: the wrapper is what `audited` puts around it."""
    unaudited = [
        name
        # A picture that cannot be drawn is refused before anything is decided; what shows the drawing is audited.
        for name, action in ACTIONS.items()
        if name != "change_logo" and "by" in action.__annotations__ and not hasattr(action, "__wrapped__")
    ]
    assert unaudited == []
