"""Who is told of requests to join and of their answers, by mail and behind the bell."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notifications import await_answer
from accounts.models import User
from organizations.letters import join_requests as letters
from organizations.models import JoinRequest, Organization
from organizations.roles import Permission

# So many are told: the first by role, and then those who came first.
TOLD = 50
# So many requests in an hour are told one by one; of what comes beyond, one mail tells each hour.
SINGLE_MAILS = 5
HOUR = timedelta(hours=1)
# How many organizations one run of the task writes for; the next run goes on.
AT_ONCE = 1000


def tell_deciders(request: JoinRequest) -> None:
    """Let a new request await those who decide, and mail them, or leave the mail to the hour's digest.

    In the caller's lock of the organization. The note of a stranger stands on the page and not in the mail: nobody
    writes into the mailboxes of a company this way.
    """
    organization = request.organization
    people = _deciders(organization)
    await_answer(
        people,
        kind="join_request",
        target_id=request.pk,
        address=reverse("organizations:join_requests", args=[organization.slug]),
        organization_id=organization.pk,
        names={"person": request.user.name, "organization": organization.name},
    )
    now = timezone.now()
    if organization.join_requests.filter(created_at__gt=now - HOUR).count() > SINGLE_MAILS:
        return
    for person in people:
        letters.send_request(request, person)
    _note_told([request])


def tell_answer(request: JoinRequest) -> None:
    """Tell who asked what was decided, by mail and behind the bell."""
    send = {
        JoinRequest.State.APPROVED: letters.send_approved,
        JoinRequest.State.DECLINED: letters.send_declined,
    }[JoinRequest.State(request.state)]
    send(request)
    await_answer(
        [request.user],
        kind="join_answer",
        target_id=request.pk,
        address=reverse("organizations:mine"),
        organization_id=request.organization_id,
        names={"organization": request.organization.name, "answer": request.state},
    )


def send_digests() -> int:
    """Mail those who decide what came beyond the single mails, once an hour for each organization. Returns how many.

    Due is what has waited for an hour, and everything that came since goes with it; so the next is due an hour later at
    the soonest. The rows say what was told, in the transaction that queues the mails: a worker that is killed has told
    nobody, or all.
    """
    due = JoinRequest.objects.untold().filter(created_at__lte=timezone.now() - HOUR)
    organizations = due.order_by("organization").values_list("organization", flat=True).distinct()
    return sum(_send_digest(pk) for pk in list(organizations[:AT_ONCE]))


@transaction.atomic
def _send_digest(organization_id: object) -> bool:
    organization = Organization.objects.lock(organization_id)  # type: ignore[arg-type] # a primary key, from the query
    requests = list(organization.join_requests.untold().select_related("user").order_by("id"))
    # Another worker may have been first.
    if not requests:
        return False
    for person in _deciders(organization):
        letters.send_digest(organization, requests, person)
    _note_told(requests)
    return True


def _note_told(requests: list[JoinRequest]) -> None:
    JoinRequest.objects.filter(pk__in=[request.pk for request in requests]).update(told_at=timezone.now())


def _deciders(organization: Organization) -> list[User]:
    members = organization.memberships.current().holding(Permission.DECIDE_REQUESTS).filter(user__is_active=True)
    return [membership.user for membership in members.select_related("user").order_by("rank", "id")[:TOLD]]
