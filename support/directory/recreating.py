"""Making the organization of a customer when its administrator comes, and letting its people in (text 003)."""

import logging
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from console.text import one_line
from organizations import policies
from organizations.actions import create_organization
from organizations.actions.admission import admit
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Membership, Organization
from organizations.models.organization import NAME_LENGTH
from organizations.policies import Role
from support.directory.copying import copy_everything, give_tickets
from support.directory.problems import KNOWN
from support.letters import directory as letters
from support.models import Customer, CustomerPerson
from support.models.customer import Problem

log = logging.getLogger(__name__)

# Rows of one person that are looked at: each of their addresses stands in the directory once.
MOST_ADDRESSES = 10
# People whom one run of the worker lets in.
SOME = 100


def arrive(user: User, by: Actor) -> None:
    """Give somebody who signs in, or has proven an address, what the directory says of them.

    One query for whom it does not know, or who has come already. Never fails: what keeps them out is noted at their
    row, for staff, and said on *Getting started*; their next sign-in tries again.
    """
    if not policies.current().recreates_customers:
        return
    known = CustomerPerson.objects.of_user(user).not_registered().select_related("customer__organization")
    for person in known.order_by("-is_administrator", "id")[:MOST_ADDRESSES]:
        _let_in(person, user, by)


def _let_in(person: CustomerPerson, user: User, by: Actor) -> None:
    try:
        customer = person.customer
        if customer.organization_id is None and person.is_administrator:
            if customer.recreated_at:
                _note(person, Problem.ENDED)
                return
            recreate(customer=customer, user=user, by=by)
            # By this person, or by another administrator a moment ago.
            person.refresh_from_db()
            person.customer.refresh_from_db()
        if person.customer.organization_id and person.joined_at is None:
            join(person=person, user=user, by=by)
    except Refused as refusal:
        _note(person, KNOWN.get(refusal.code or "", Problem.FAILED))
    except Exception as error:  # noqa: BLE001 -- whatever goes wrong, whoever signs in is in
        # Neither the exception's text nor its traceback: both may name an address.
        log.warning("A person of the directory was not let in (%s).", type(error).__name__, extra={"person": person.pk})
        _note(person, Problem.FAILED)


def _note(person: CustomerPerson, problem: Problem) -> None:
    CustomerPerson.objects.filter(pk=person.pk, joined_at=None).update(problem=problem)


@audited("customer.recreated")
def recreate(*, customer: Customer, user: User, by: Actor) -> Organization | None:
    """Make the customer's organization, once, with all that the directory has of it, and the user as its founder.

    None where it was made already, or the user has not proven the address of an administrator of it. Raises Refused as
    `create_organization` does: who is in another organization under a policy that allows one gets none.
    """
    fresh = Customer.objects.select_for_update().filter(pk=customer.pk, organization=None, recreated_at=None).first()
    if fresh is None:
        return None
    mine = fresh.people.of_user(user).not_registered().filter(is_administrator=True).first()
    if mine is None:
        return None
    organization = create_organization(name=one_line(fresh.name, NAME_LENGTH), by=by)
    names = dict(fresh.people.exclude(name="").values_list("email", "name"))
    fresh.left_out = copy_everything(organization, fresh.data, names)
    fresh.organization, fresh.recreated_at = organization, timezone.now()
    fresh.save(update_fields=["organization", "recreated_at", "left_out"])
    _settle(mine, user, organization)
    record(
        "customer.recreated",
        by=by,
        organization_id=organization.pk,
        target=fresh,
        after={**_sizes(fresh.data), "left_out": len(fresh.left_out)},
    )
    letters.send_recreated(user, organization)
    transaction.on_commit(partial(wake, "support.admit_registered", str(fresh.pk)), robust=True)
    return organization


@audited("customer.joined")
def join(*, person: CustomerPerson, user: User, by: Actor) -> Membership | None:
    """Make the user, whose proven address stands in the directory, a member with the role that it says.

    None where they are one already, or the directory says something else by now. Raises Refused where others have
    removed them (until they are invited), for a role that is none under the policy in force, and as `admit` does.
    """
    assert person.customer.organization_id  # noqa: S101 -- asked by the caller
    organization, _by = lock(person.customer.organization_id, by)
    known = CustomerPerson.objects.select_for_update(of=("self",)).filter(customer__organization=organization)
    fresh = known.filter(pk=person.pk).of_user(user).not_registered().first()
    if fresh is None:
        return None
    if organization.memberships.filter(user=user).exists():
        _settle(fresh, user, organization)
        return None
    if organization.removals.filter(user=user).exists():
        raise Refused(_("Others have removed this person."), code="removed")
    role = _role(fresh)
    membership = admit(user, organization, role=role, invited_by=None, by=by)
    _settle(fresh, user, organization)
    record("customer.joined", by=by, organization_id=organization.pk, target=membership, after={"role": role.key})
    letters.send_joined(membership)
    return membership


def admit_registered(customer_id: UUID | None = None) -> int:
    """Let in, of one customer or of all, who has an account already when the organization is made. How many were tried.

    Those whose last try failed wait for their own next sign-in.
    """
    if not policies.current().recreates_customers:
        return 0
    waiting = _registered()
    if customer_id:
        waiting = waiting.filter(customer=customer_id)
    tried = 0
    for person in waiting.select_related("customer__organization").order_by("id")[:SOME]:
        user = User.objects.filter(
            emailaddress__email=person.email.lower(), emailaddress__verified=True, is_active=True
        ).first()
        if user:
            tried += 1
            _let_in(person, user, Actor.system())
    return tried


def note_who_goes(user: User, organization: Organization) -> None:
    """Note, where somebody's membership ends, that they have come, though by an invitation and never since.

    Else the directory would let them in again, and whoever was removed with another account: who came once does not
    come back by it.
    """
    there = CustomerPerson.objects.of_user(user).not_registered().filter(customer__organization=organization)
    for person in there:
        CustomerPerson.objects.filter(pk=person.pk).update(user=user, joined_at=timezone.now(), problem="")


def _registered() -> QuerySet[CustomerPerson]:
    """Who could be let in at once: they have signed in before, and nothing kept them out so far."""
    proven = User.objects.filter(
        emailaddress__email=OuterRef("email"), emailaddress__verified=True, is_active=True, last_login__isnull=False
    )
    there = CustomerPerson.objects.not_registered().filter(customer__organization__isnull=False, problem="")
    return there.filter(Exists(proven))


def _settle(person: CustomerPerson, user: User, organization: Organization) -> None:
    """Note that they have come; what they had raised before is their own."""
    person.user, person.joined_at, person.problem = user, timezone.now(), ""
    person.save(update_fields=["user", "joined_at", "problem"])
    give_tickets(organization, user)


def _role(person: CustomerPerson) -> Role:
    try:
        return policies.current().role(person.role)
    except KeyError:
        raise Refused(_("There is no such role."), code="role") from None


def _sizes(data: Mapping[str, Mapping[str, object]]) -> dict[str, int]:
    return {name: len(rows) for name, rows in data.items()}
