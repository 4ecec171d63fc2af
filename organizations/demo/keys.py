"""API keys in the demo: one of each state, so that their page shows what it can."""

from datetime import timedelta

from django.utils import timezone

from console.origin import Origin
from organizations import actions
from organizations.actions.denials import note_denial
from organizations.actions.key_use import note_use
from organizations.actors import Actor
from organizations.demo.scene import Situation, address_of
from organizations.demo.situations import member
from organizations.models import ApiKey, Membership, Organization, role_of
from organizations.models.api_key import Kind
from organizations.roles import Permission

# Of a network that is for examples (RFC 5737).
SOMEWHERE = "192.0.2.17"
NETWORKS = ("192.0.2.0/24",)
# Where a program runs that may be there, and one that may not.
PROGRAM = Origin(address=SOMEWHERE, device="python-requests/2.32.5", request_id="")
ELSEWHERE = Origin(address="198.51.100.7", device="curl/8.5.0", request_id="")


def has_keys_of(name: str) -> Situation:
    """Somebody's programs come in with a first pair and further keys, and the organization has keys of its own."""

    def happen(organization: Organization, founder: Actor) -> None:
        by, today = Actor.member(member(organization, name)), timezone.localdate()
        pair = ApiKey.objects.get(membership=by.membership, kind=Kind.PAIR)
        _is_used(actions.make_secret(key=pair, by=by).key, minutes=12)
        report = actions.create_key(
            organization=organization,
            name="Monthly report",
            permissions=[Permission.VIEW_MEMBERS],
            expires_on=today + timedelta(days=5),
            by=by,
        )
        _is_used(report.key, minutes=60 * 24 * 9)
        sync = actions.create_key(
            organization=organization, name="Directory sync", permissions=[Permission.VIEW_MEMBERS], by=by
        )
        actions.rotate_secret(key=sync.key, overlap_hours=72, by=by)
        old = actions.create_key(organization=organization, name="Old laptop", by=by)
        actions.revoke_key(key=old.key, by=by)
        trial = actions.create_key(organization=organization, name="Trial", permissions=[Permission.PAY], by=by)
        ApiKey.objects.filter(pk=trial.key.pk).update(expires_at=timezone.now() - timedelta(days=3))
        actions.end_expired_keys()
        deployment = actions.create_service_key(
            organization=organization,
            name="Deployment",
            permissions=[Permission.VIEW_PROJECTS, Permission.MANAGE_PROJECTS],
            expires_on=today + timedelta(days=300),
            networks=NETWORKS,
            by=founder,
        )
        note_use(deployment.key, PROGRAM)
        note_denial(deployment.key, code="network", is_proven=True, origin=ELSEWHERE)
        _is_used(deployment.key, minutes=3)

    return happen


def has_program_that_invites(email: str, role: str) -> Situation:
    """A program of the organization's own invites somebody."""

    def happen(organization: Organization, founder: Actor) -> None:
        onboarding = actions.create_service_key(
            organization=organization,
            name="Onboarding",
            permissions=[Permission.INVITE_MEMBERS, *role_of(organization, role).permissions],
            by=founder,
        )
        note_use(onboarding.key, PROGRAM)
        by = Actor.program(onboarding.key, PROGRAM)
        actions.invite_member(organization=organization, email=email, role=role, by=by)

    return happen


# What docs/api.md does with a key: it reads, makes a project, and runs a service there.
TO_TRY = (
    Permission.VIEW_MEMBERS,
    Permission.VIEW_PROJECTS,
    Permission.CREATE_PROJECTS,
    Permission.START_SERVICES,
    Permission.OPERATE_SERVICES,
)


def key_to_try(name: str) -> tuple[str, str]:
    """A further key of somebody's, in the first organization that they made: the key and its secret."""
    membership = Membership.objects.filter(user__email=address_of(name), organization__kind="team").earliest("pk")
    issued = actions.create_key(
        organization=membership.organization,
        name="First steps",
        permissions=[permission for permission in TO_TRY if permission in membership.held_role.permissions],
        expires_on=timezone.localdate() + timedelta(days=90),
        by=Actor.member(membership),
    )
    return issued.key.access_id, issued.secret


def _is_used(key: ApiKey, *, minutes: int) -> None:
    at = timezone.now() - timedelta(minutes=minutes)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=at, last_used_from=SOMEWHERE)
