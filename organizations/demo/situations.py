"""What can go on in an organization of the demo, as data says it: ``invites("sam@example.com", "tech")``."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from audit.actors import ActorKind
from organizations import actions
from organizations.actions.invitations.batches import Entry
from organizations.actors import Actor
from organizations.demo.scene import Situation, address_of
from organizations.models import Discoverability, Domain, Membership, Organization
from organizations.roles import Permission
from organizations.suspension import Reason


def person(name: str) -> Actor:
    """One of the demo's people, outside of any organization."""
    return Actor(kind=ActorKind.USER, user=User.objects.get(email=address_of(name)))


def member(organization: Organization, name: str) -> Membership:
    """One of the demo's people in an organization."""
    members = Membership.objects.select_related("user", "organization")
    return members.get(organization=organization, user__email=address_of(name))


def invites(email: str, role: str, note: str = "") -> Situation:
    """Somebody is invited."""

    def happen(organization: Organization, founder: Actor) -> None:
        actions.invite_member(organization=organization, email=email, role=role, note=note, by=founder)

    return happen


def is_declined_by(name: str, role: str) -> Situation:
    """Somebody was invited, and did not want to come."""

    def happen(organization: Organization, founder: Actor) -> None:
        invitation = actions.invite_member(organization=organization, email=address_of(name), role=role, by=founder)
        actions.decline_invitation(invitation=invitation, by=person(name))

    return happen


def takes_back_invitation(email: str, role: str) -> Situation:
    """Somebody was invited by mistake."""

    def happen(organization: Organization, founder: Actor) -> None:
        invitation = actions.invite_member(organization=organization, email=email, role=role, by=founder)
        actions.revoke_invitation(invitation=invitation, by=founder)

    return happen


def waited_in_vain_for(email: str, role: str) -> Situation:
    """Somebody was invited, and never answered."""

    def happen(organization: Organization, founder: Actor) -> None:
        invitation = actions.invite_member(organization=organization, email=email, role=role, by=founder)
        now = timezone.now()
        organization.invitations.filter(pk=invitation.pk).update(
            sent_at=now - timedelta(days=9), expires_at=now - timedelta(days=2)
        )

    return happen


def has_checked_list(*addresses: str, role: str) -> Situation:
    """A list of addresses was given, and waits for a yes."""

    def happen(organization: Organization, founder: Actor) -> None:
        entries = [Entry(number=number, email=address) for number, address in enumerate(addresses, start=1)]
        actions.check_batch(organization=organization, entries=entries, role=role, by=founder)

    return happen


def can_be_found(organization: Organization, founder: Actor) -> None:
    """Everybody can find it, and ask to join."""
    actions.edit_joining(
        organization=organization, discoverability=Discoverability.PUBLIC, members_may_invite=False, by=founder
    )


def has_domain(name: str, role: str) -> Situation:
    """A domain is proven to be its own; people with an address there are told of it."""

    def happen(organization: Organization, founder: Actor) -> None:
        _add_domain(organization, name, role, joining="suggest", verified_at=timezone.now())

    return happen


def waits_for_domain(name: str, role: str) -> Situation:
    """A domain was added, and its record is not there yet."""

    def happen(organization: Organization, founder: Actor) -> None:
        _add_domain(organization, name, role, problem="no_name")

    return happen


def misses_record_of(name: str, role: str) -> Situation:
    """The record of a proven domain, by which people join, is gone since yesterday."""

    def happen(organization: Organization, founder: Actor) -> None:
        since = timezone.now() - timedelta(days=1)
        gone = {"missing_since": since, "lapses_at": since + timedelta(hours=72), "problem": "no_record"}
        _add_domain(organization, name, role, joining="join", verified_at=since - timedelta(days=90), **gone)

    return happen


def _add_domain(organization: Organization, name: str, role: str, **columns: object) -> None:
    """A row that nobody looks up: DNS knows nothing of names that were made up."""
    row = {"checked_at": timezone.now(), "due_at": None, **columns}
    Domain.objects.create(organization=organization, name=name, role=role, **row)


def is_asked_by(name: str, note: str) -> Situation:
    """Somebody asks to join."""

    def happen(organization: Organization, founder: Actor) -> None:
        actions.request_to_join(organization=organization, note=note, by=person(name))

    return happen


def has_role(name: str, permissions: tuple[Permission, ...], *, of: str) -> Situation:
    """It made a role of its own; ``of``: who has it."""

    def happen(organization: Organization, founder: Actor) -> None:
        role = actions.create_role(organization=organization, name=name, permissions=permissions, by=founder)
        actions.change_role(membership=member(organization, of), role=str(role.pk), by=founder)

    return happen


def ends_for(name: str, *, days: int) -> Situation:
    """Somebody is a member for so many more days."""

    def happen(organization: Organization, founder: Actor) -> None:
        membership = member(organization, name)
        last_day = timezone.localdate() + timedelta(days=days)
        actions.edit_member(membership=membership, role=membership.role_key, last_day=last_day, by=founder)

    return happen


def has_details(company: str, country: str, address: Mapping[str, str], vat_number: str = "") -> Situation:
    """Bills are made out to this company."""

    def happen(organization: Organization, founder: Actor) -> None:
        actions.edit_details(
            organization=organization,
            company=company,
            country=country,
            address=address,
            vat_number=vat_number,
            by=founder,
        )

    return happen


def asks_for_factor(*, days: int) -> Situation:
    """Members have so many days to set a second factor up."""

    def happen(organization: Organization, founder: Actor) -> None:
        # A member who sets this rule has such a factor; the demo's people have none, so that they can sign in.
        actions.require_second_factor(organization=organization, grace_days=days, phone_counts=True, by=Actor.system())

    return happen


def is_offered_to(name: str, *, leaving: str) -> Situation:
    """The founder offers it to another member; ``leaving``: the role that the founder is left with."""

    def happen(organization: Organization, founder: Actor) -> None:
        receiver = member(organization, name)
        actions.offer_transfer(organization=organization, member=receiver.pk, role=leaving, by=founder)

    return happen


def is_suspended(reason: str) -> Situation:
    """It is suspended; ``reason``: a value of Reason."""

    def happen(organization: Organization, founder: Actor) -> None:
        actions.suspend_organization(organization=organization, reason=reason, by=Actor.system())

    return happen


def has_paid(organization: Organization, founder: Actor) -> None:
    """It began suspended, and a payment was made."""
    actions.lift_suspension(organization=organization, reasons=[Reason.UNFUNDED], by=Actor.system())


def is_closed(organization: Organization, founder: Actor) -> None:
    """It was closed a moment ago, and can be opened again."""
    actions.close_organization(organization=organization, name=organization.name, acknowledged=True, by=founder)
