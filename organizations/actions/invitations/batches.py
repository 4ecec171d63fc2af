"""Many invitations at once: checking a list row by row, the yes to it, and stopping it.

Nothing is sent while a list is checked; who wants to correct it gives it again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User, clean_address
from audit import actors
from audit.recording import audited, record
from console.celery import wake
from console.refusal import Refused
from console.text import few_lines, one_line
from organizations.actions.invitations.sending import NOTE_LENGTH
from organizations.actions.locking import lock
from organizations.actions.rules import check_gives, check_person
from organizations.actors import Actor
from organizations.models import BatchRow, InvitationBatch, Organization, roles_of
from organizations.policies import Role
from organizations.roles import Permission
from outbox.models import Suppression
from outbox.suppression import suppressed_among

State, Problem = InvitationBatch.State, BatchRow.Problem

# Rows that a list has at most (issue 4).
MOST_ROWS = 5_000
# Lists of one organization that are being sent at a time: each may wait for its allowance for weeks.
MOST_SENDING = 10
# Rows that are written with one statement.
CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row as it was given: its number, the first is 1; what is empty is what was chosen for all."""

    number: int
    email: str
    role: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class _Checks:
    """All that rows are compared with, read once for the whole list."""

    by: Actor
    roles: Mapping[str, Role]
    members: Collection[str]
    invited: Collection[str]
    unwilling: Collection[str]
    own: Collection[str]
    seen: set[str] = field(default_factory=set)

    def problem(self, email: str, role: Role | None) -> str:
        """The code of the first thing that is wrong with a row; empty where nothing is."""
        problem = self._address_problem(email)
        if problem:
            return problem
        if role is None:
            return Problem.ROLE
        if not self.by.covers(role):
            return Problem.ABOVE_OWN_ROLE
        self.seen.add(email)
        return ""

    def _address_problem(self, email: str) -> str:
        if not email:
            return Problem.EMAIL
        wrong = {
            Problem.TWICE: self.seen,
            Problem.OWN_ADDRESS: self.own,
            Problem.ALREADY_MEMBER: self.members,
            Problem.ALREADY_INVITED: self.invited,
            Problem.UNWILLING: self.unwilling,
        }
        return next((code for code, addresses in wrong.items() if email in addresses), "")


@audited("invitation_batch.checked")
def check_batch(
    *, organization: Organization, entries: list[Entry], role: str, note: str = "", by: Actor
) -> InvitationBatch:
    """Check a list, and keep it with what is wrong in it, until somebody says yes. A former list that waits goes.

    ``role`` (its key) and ``note`` are for the rows that have none. It takes the same number of queries for each 500
    rows. Raises Refused for an empty list, one that is too long, and in a personal account.
    """
    organization, by = lock(organization.pk, by, Permission.INVITE_MEMBERS)
    if organization.is_personal:
        raise Refused(_("Nobody can be invited into a personal account."), code="personal")
    _check_person(by)
    if not entries:
        raise Refused(_("Enter at least one address."), code="empty", field="addresses")
    if len(entries) > MOST_ROWS:
        raise Refused(
            ngettext(
                "This list has more than %d row. Send it in parts.",
                "This list has more than %d rows. Send it in parts.",
                MOST_ROWS,
            )
            % MOST_ROWS,
            code="too-long",
        )
    organization.invitation_batches.filter(by=by.user, state=State.CHECKED).delete()
    batch = InvitationBatch.objects.create(organization=organization, by=by.user)
    BatchRow.objects.bulk_create(_rows(batch, entries, role, note, by), batch_size=CHUNK)
    record(
        "invitation_batch.checked",
        by=by,
        organization_id=organization.pk,
        target=batch,
        after={"rows": len(entries)},
    )
    return batch


@audited("invitation_batch.confirmed")
def confirm_batch(*, batch: InvitationBatch, by: Actor) -> InvitationBatch:
    """Have the rows of a checked list sent that can be. Only whoever gave it: they invite in their own name.

    Raises Refused for somebody else, a list that was sent or stopped, one without such rows, and while as many are
    being sent as may be at a time.
    """
    batch, by = _lock(batch, by, Permission.INVITE_MEMBERS)
    _check_person(by)
    if batch.by_id != by.user_id:
        raise Refused(_("Only whoever gave this list can send it."), code="not-own")
    if not batch.is_checked:
        raise Refused(_("This list was sent or stopped already."), code=batch.state)
    if batch.organization.invitation_batches.filter(state=State.SENDING).count() >= MOST_SENDING:
        raise Refused(_("Several lists are being sent already. Wait until one is done, or stop one."), code="busy")
    ready = batch.rows.filter(state=BatchRow.State.READY).count()
    if not ready:
        raise Refused(_("No row of this list can be sent."), code="empty")
    _check_key(batch, by)
    batch.state, batch.due_at = State.SENDING, timezone.now()
    batch.save(update_fields=["state", "due_at"])
    record(
        "invitation_batch.confirmed",
        by=by,
        organization_id=batch.organization_id,
        target=batch,
        after={"rows": ready},
    )
    transaction.on_commit(partial(wake, "organizations.send_batch", str(batch.pk)), robust=True)
    return batch


@audited("invitation_batch.stopped")
def stop_batch(*, batch: InvitationBatch, by: Actor) -> InvitationBatch:
    """Send no more of a list; what was sent stays sent. Whoever gave it may, and whoever may revoke invitations."""
    is_own = by.user_id is not None and batch.by_id == by.user_id
    needs = Permission.INVITE_MEMBERS if is_own else Permission.REVOKE_INVITATIONS
    batch, by = _lock(batch, by, needs)
    return end_batch(batch, State.STOPPED, by)


def end_batch(
    batch: InvitationBatch, state: InvitationBatch.State, by: actors.Actor, reason: str = ""
) -> InvitationBatch:
    """End it in this state, in the caller's lock; ``reason``: the code of why it was stopped, if nobody did it."""
    if not batch.is_open:
        raise Refused(_("This list was sent or stopped already."), code=batch.state)
    before, batch.state, batch.ended_at, batch.reason = batch.state, state, timezone.now(), reason
    batch.claimed_until = batch.waits_until = None
    batch.save(update_fields=["state", "ended_at", "reason", "claimed_until", "waits_until"])
    event = "invitation_batch.stopped" if state == State.STOPPED else "invitation_batch.sent"
    record(
        event,
        by=by,
        organization_id=batch.organization_id,
        target=batch,
        before={"state": before},
        after={"reason": reason} if reason else None,
    )
    return batch


def forget_batches_of(user: User, by: actors.Actor) -> None:
    """Send no more of what a user gave whose account ends, forget what they wrote, and who they are in others' lists.

    In the transaction and the locks that end the account.
    """
    given = InvitationBatch.objects.filter(by=user)
    for batch in given.open():
        end_batch(batch, State.STOPPED, by, reason=InvitationBatch.Reason.GONE)
    BatchRow.objects.filter(batch__in=given).update(note="")
    BatchRow.objects.filter(email__in=list(user.verified_addresses())).delete()


def _check_person(by: Actor) -> None:
    """It goes on for days in the name of whoever gave it, as long as they may invite."""
    check_person(by, _("A list is sent in somebody's name: use the key of a member, or invite one by one."))


def _check_key(batch: InvitationBatch, by: Actor) -> None:
    """A key sends no more than it could give itself, though its member's own list may hold more.

    The worker, which goes on in the member's name, asks only what the member may.
    """
    if by.key is None:
        return
    known = {role.key: role for role in roles_of(batch.organization)}
    for key in batch.rows.filter(state=BatchRow.State.READY).values_list("role", flat=True).distinct():
        if role := known.get(key):
            check_gives(role, by)


def _lock(batch: InvitationBatch, by: Actor, needs: Permission) -> tuple[InvitationBatch, Actor]:
    organization, by = lock(batch.organization_id, by, needs)
    try:
        fresh = organization.invitation_batches.get(pk=batch.pk)
    except InvitationBatch.DoesNotExist:
        raise Refused(_("Somebody has given this list again meanwhile."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _rows(batch: InvitationBatch, entries: list[Entry], role: str, note: str, by: Actor) -> Iterable[BatchRow]:
    addresses = [_cleaned(entry.email) for entry in entries]
    checks = _checks(batch.organization, {address for address in addresses if address}, by)
    for entry, email in zip(entries, addresses, strict=True):
        written = one_line(entry.role, 100) or role
        given = checks.roles.get(written.casefold())
        problem = checks.problem(email, given)
        yield BatchRow(
            batch=batch,
            number=entry.number,
            email=email or one_line(entry.email, 320),
            role=given.key if given else one_line(written, 40),
            note=few_lines(entry.note or note, NOTE_LENGTH),
            state=BatchRow.State.WRONG if problem else BatchRow.State.READY,
            problem=problem,
        )


def _checks(organization: Organization, addresses: set[str], by: Actor) -> _Checks:
    some = list(addresses)
    members = organization.memberships.filter(user__email__in=some).values_list("user__email", flat=True)
    invited = organization.invitations.pending().filter(email__in=some).values_list("email", flat=True)
    own = EmailAddress.objects.filter(user=by.user_id).values_list("email", flat=True)
    return _Checks(
        by=by,
        roles=_by_word(roles_of(organization)),
        members=set(members),
        invited=set(invited),
        unwilling=suppressed_among(addresses, Suppression.Kind.INVITATIONS),
        own=set(own),
    )


def _by_word(roles: list[Role]) -> dict[str, Role]:
    """Roles by what people write for them: the key, the name in their language, and in English."""
    with translation.override("en"):
        found = {str(role.label).casefold(): role for role in roles}
    found |= {str(role.label).casefold(): role for role in roles}
    return found | {role.key.casefold(): role for role in roles}


def _cleaned(email: str) -> str:
    """The address as it is stored; empty where it is none."""
    try:
        return clean_address(email) if len(email) <= 254 else ""  # noqa: PLR2004 -- RFC 5321, 4.5.3.1.3
    except ValidationError:
        return ""
