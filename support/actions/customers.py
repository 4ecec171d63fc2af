"""The directory of customers as staff change it: files that are given in, looked at and applied."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import one_line
from organizations import policies
from organizations.actors import Actor
from organizations.models import PolicyInForce
from support.directory.applying import apply, changed
from support.directory.planning import Plan, plan
from support.models import Customer, DirectoryImport

State = DirectoryImport.State

# Files hold the addresses of people who never asked: they are kept for so long.
KEPT = timedelta(days=30)


@audited("customer.import_checked")
def give_in(*, name: str, content: str, by: Actor) -> DirectoryImport:
    """Read a file of customers and plan what it changes; nothing is applied.

    ``name``: of the file, which ends in .json or .csv; ``content``: its text. One with problems is kept as refused,
    with these, and its text is not. Raises Refused under a policy that recreates no customers.
    """
    _check_policy()
    planned = plan(content, name)
    given = DirectoryImport(name=one_line(name, 200), created_by=by.user)
    _take(given, planned, content)
    given.save()
    record(
        "customer.import_checked",
        by=by,
        target=given,
        after={"state": given.state, **_counted(planned)},
    )
    return given


@audited("customer.imported")
def apply_import(*, pk: UUID, seen: str = "", by: Actor) -> DirectoryImport:
    """Do what the plan of an import says, all of it or nothing; one at a time.

    ``seen``: the digest of the plan that somebody has looked at. Raises Refused for what was applied, refused or
    deleted already, and with the code ``changed`` where the plan would be another one by now (`look_again` makes it).
    """
    given = _lock(pk)
    planned = plan(given.content, given.name)
    if planned.is_refused or planned.digest != given.digest or (seen and seen != given.digest):
        raise changed()
    apply(planned, by)
    given.state, given.applied_at, given.content = State.APPLIED, timezone.now(), ""
    given.save(update_fields=["state", "applied_at", "content"])
    record("customer.imported", by=by, target=given, after=_counted(planned))
    return given


@audited("customer.import_checked")
def look_again(*, pk: UUID, by: Actor) -> DirectoryImport:
    """Plan once more what a file changes that is not applied yet. Raises Refused as `apply_import` does."""
    given = _lock(pk)
    planned = plan(given.content, given.name)
    _take(given, planned, given.content)
    given.save(update_fields=["state", "plan", "digest", "content"])
    record("customer.import_checked", by=by, target=given, after={"state": given.state, **_counted(planned)})
    return given


@audited("customer.reset")
def allow_again(*, customer: Customer, by: Actor) -> Customer:
    """Let the next sign-in of its administrator make the organization once more. Raises Refused while there is one."""
    fresh = _lock_customer(customer)
    if fresh.organization_id or not fresh.recreated_at:
        raise Refused(_("Its organization is there, or was never made."), code="not-ended")
    fresh.recreated_at = None
    fresh.save(update_fields=["recreated_at"])
    fresh.people.update(joined_at=None, problem="")
    record("customer.reset", by=by, target=fresh)
    return fresh


@audited("customer.forgotten")
def forget_customer(*, customer: Customer, by: Actor) -> Customer:
    """Take a customer and its people out of the directory: they get nothing any more. What was made of it stays."""
    fresh = _lock_customer(customer)
    record("customer.forgotten", by=by, target=fresh, before={"people": fresh.people.count()})
    Customer.objects.filter(pk=fresh.pk).delete()
    return fresh


def prune_imports() -> int:
    """Delete what was given in long ago: its text and its plan name people. How many; the log keeps the numbers."""
    old = DirectoryImport.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _check_policy() -> None:
    if not policies.current().recreates_customers:
        raise Refused(_("The policy in force knows no customers (CONSOLE_POLICY)."), code="policy")


def _lock(pk: UUID) -> DirectoryImport:
    """The import, with the directory locked: one import after the other, and none while the policy changes."""
    _check_policy()
    PolicyInForce.objects.select_for_update().first()
    given = DirectoryImport.objects.select_for_update().filter(pk=pk).first()
    if given is None:
        raise Refused(_("This file was deleted. Give it in again."), code="gone")
    if given.state != State.PLANNED:
        raise Refused(_("This file was applied or refused already."), code=given.state)
    # Whoever makes an organization of one of them at this moment goes before or after.
    list(Customer.objects.select_for_update().filter(organization=None).order_by("pk").values_list("pk"))
    return given


def _lock_customer(customer: Customer) -> Customer:
    fresh = Customer.objects.select_for_update().filter(pk=customer.pk).first()
    if fresh is None:
        raise Refused(_("This customer is no longer in the directory."), code="gone")
    return fresh


def _take(given: DirectoryImport, planned: Plan, content: str) -> None:
    given.state = State.REFUSED if planned.is_refused else State.PLANNED
    given.plan, given.digest = planned.shown, planned.digest
    given.content = "" if planned.is_refused else content


def _counted(planned: Plan) -> dict[str, int]:
    """The plan in numbers, as ``person_new``: what an event keeps."""
    if planned.is_refused:
        return {"problems": len(planned.problems)}
    return {f"{kind}_{what}": number for what, kinds in planned.counts.items() for kind, number in kinds.items()}
