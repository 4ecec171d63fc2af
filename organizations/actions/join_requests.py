"""The states of a request to join, and what leads from one to the next."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions.notifications import settle
from accounts.models import User
from audit import actors
from audit.recording import audited, record
from console.refusal import Refused
from console.text import few_lines
from organizations import policies
from organizations.actions.admission import admit, check_admission
from organizations.actions.deciders import tell_answer, tell_deciders
from organizations.actions.locking import lock
from organizations.actions.rules import assignable
from organizations.actors import Actor
from organizations.models import Invitation, JoinRequest, Membership, Organization
from organizations.models.directory import findable_by
from organizations.models.join_request import NOTE_LENGTH
from organizations.policies import Role
from organizations.roles import Permission

State = JoinRequest.State

# How often one person may ask the same organization in 24 hours: a withdrawal must not make room for a mail to all.
ASKED_PER_DAY = 3
# Refusals of `check_admission` that read the same to whoever lets somebody in.
SAID_TO_ANYBODY = frozenset({"second-factor", "not-open"})


@audited("join_request.created")
def request_to_join(*, organization: Organization, note: str, by: Actor) -> JoinRequest:
    """Ask an organization that one has found to become a member; those who decide are told.

    Raises Refused where it cannot be found (any more), for a member or an invited, twice, without a proven address,
    where the policy or the organization would not let the person in, and beyond the limits of the policy.
    """
    organization, by = lock(organization.pk, by)
    user = _person(by)
    # Two requests of one person at once, to different organizations, must not both find room.
    User.objects.select_for_update().get(pk=user.pk)
    _check_reach(organization, user)
    check_admission(user, organization)
    if Invitation.objects.for_user(user).filter(organization=organization).exists():
        raise Refused(_("You are invited to %s: accept the invitation.") % organization.name, code="invited")
    _check_limits(organization, user)
    request = JoinRequest(organization=organization, user=user, note=few_lines(note, NOTE_LENGTH))
    request.save()
    tell_deciders(request)
    record("join_request.created", by=by, organization_id=organization.pk, target=request)
    return request


@audited("join_request.withdrawn")
def withdraw_request(*, join_request: JoinRequest, by: Actor) -> JoinRequest:
    """Take one's own request back. Raises Refused for somebody else's, and for one that was answered."""
    request, by = _lock(join_request, by)
    if by.user_id != request.user_id:
        raise Refused(_("You can only withdraw your own request."), code="not-own")
    if not request.is_pending:
        # Not by whom: a stranger need not know who said no.
        raise Refused(_("Your request was answered already."), code=request.state)
    return _decide(request, State.WITHDRAWN, by)


@audited("join_request.approved")
def approve_request(*, join_request: JoinRequest, role: str, by: Actor) -> Membership:
    """Make who asked a member with that role, and tell them.

    Raises Refused for one's own request, one that was answered (and says by whom), a role above one's own, and where
    the person may not come in any more.
    """
    request, by = _lock(join_request, by, Permission.DECIDE_REQUESTS)
    organization, user = request.organization, request.user
    _check_decision(request, by)
    given = assignable(role, organization, by)
    if not user.is_active:
        raise Refused(_("The account of %s is locked.") % user.name, code="locked")
    _decide(request, State.APPROVED, by, role=given.key)
    membership = _admit(request, given, by)
    tell_answer(request)
    return membership


@audited("join_request.declined")
def decline_request(*, join_request: JoinRequest, reason: str, by: Actor) -> JoinRequest:
    """Say no, and tell who asked, with the reason if there is one. Raises Refused as `approve_request` does."""
    request, by = _lock(join_request, by, Permission.DECIDE_REQUESTS)
    _check_decision(request, by)
    request.reason = few_lines(reason, NOTE_LENGTH)
    _decide(request, State.DECLINED, by)
    tell_answer(request)
    return request


def withdraw_requests_of(user: User, by: actors.Actor) -> None:
    """Take back all that a user has asked, in the transaction and the locks that end the account."""
    for request in JoinRequest.objects.of(user).pending():
        _decide(request, State.WITHDRAWN, by)


def _lock(request: JoinRequest, by: Actor, needs: Permission | None = None) -> tuple[JoinRequest, Actor]:
    """The request and the actor as they are now, with the organization locked."""
    organization, by = lock(request.organization_id, by, needs)
    try:
        fresh = organization.join_requests.select_related("user", "decided_by").get(pk=request.pk)
    except JoinRequest.DoesNotExist:
        # It went with the account of who asked.
        raise Refused(_("This request is no longer there."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _person(by: Actor) -> User:
    if not isinstance(by.user, User) or not by.user.verified_addresses().exists():
        raise Refused(_("Verify your e-mail address first."), code="unverified")
    return by.user


def _check_reach(organization: Organization, user: User) -> None:
    is_member = organization.memberships.filter(user=user).exists()
    is_found = findable_by(user).filter(pk=organization.pk).exists()
    if not policies.current().has_directory or not (is_found or is_member):
        raise Refused(_("This organization takes no requests."), code="not-found")


def _check_limits(organization: Organization, user: User) -> None:
    """What one person may have open, what they may ask one organization, and what that one takes in an hour."""
    policy, now = policies.current(), timezone.now()
    mine = JoinRequest.objects.filter(user=user)
    here = mine.filter(organization=organization)
    if here.pending().exists():
        raise Refused(_("You have asked to join %s already.") % organization.name, code="asked-already")
    if mine.pending().count() >= policy.requests_per_person:
        raise Refused(
            ngettext(
                "You can have %d open request at a time. Withdraw it, or wait for the answer.",
                "You can have %d open requests at a time. Withdraw one, or wait for an answer.",
                policy.requests_per_person,
            )
            % policy.requests_per_person,
            code="too-many-open",
        )
    if here.filter(created_at__gt=now - timedelta(hours=24)).count() >= ASKED_PER_DAY:
        raise Refused(_("You have asked %s several times today. Try again tomorrow.") % organization.name, code="pace")
    recent = organization.join_requests.filter(created_at__gt=now - timedelta(hours=1))
    if recent.count() >= policy.requests_per_hour:
        raise Refused(_("Many people ask to join %s. Try again in an hour.") % organization.name, code="pace")


def _admit(request: JoinRequest, role: Role, by: Actor) -> Membership:
    try:
        return admit(request.user, request.organization, role=role, invited_by=by.user, by=by)
    except Refused as refusal:
        if refusal.code in SAID_TO_ANYBODY:
            raise
        # Its sentence speaks to who comes in; here somebody else reads it.
        names = {"person": request.user.name, "organization": request.organization.name}
        sentence = _("%(person)s cannot become a member of %(organization)s at the moment.") % names
        raise Refused(sentence, code=refusal.code or "") from None


def _check_decision(request: JoinRequest, by: Actor) -> None:
    if by.user_id == request.user_id:
        raise Refused(_("You cannot decide your own request."), code="own-request")
    _check_open(request)


def _check_open(request: JoinRequest) -> None:
    if not request.is_pending:
        raise Refused(_already(request), code=request.state)


def _already(request: JoinRequest) -> str:
    """What became of a request, and who decided it."""
    names = {"person": request.user.name, "decider": request.decided_by.name if request.decided_by else ""}
    if names["decider"] and request.state == State.APPROVED:
        return _("%(decider)s has approved the request of %(person)s already.") % names
    if names["decider"] and request.state == State.DECLINED:
        return _("%(decider)s has declined the request of %(person)s already.") % names
    return {
        State.APPROVED: _("The request of %(person)s was approved already."),
        State.DECLINED: _("The request of %(person)s was declined already."),
        State.WITHDRAWN: _("%(person)s has withdrawn the request."),
        State.LAPSED: _("The request of %(person)s is no longer needed."),
    }[State(request.state)] % names


def _decide(request: JoinRequest, state: JoinRequest.State, by: actors.Actor, **after: str) -> JoinRequest:
    _check_open(request)
    request.state, request.decided_at = state, timezone.now()
    request.decided_by = by.user if state in {State.APPROVED, State.DECLINED} else None
    request.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    settle("join_request", request.pk)
    record(
        f"join_request.{state}",
        by=by,
        organization_id=request.organization_id,
        target=request,
        before={"state": State.PENDING},
        after=after,
    )
    return request
