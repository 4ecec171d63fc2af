"""Who is told of requests to join and of their answers, by mail and behind the bell."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notifications import await_answer, settle_all_but
from accounts.models import Notification, User
from console.celery import wake
from organizations.letters import join_requests as letters
from organizations.models import JoinRequest, Organization
from organizations.roles import Permission

# What the bell calls it (organizations.notices).
KIND = "join_request"
# So many requests in an hour are told one by one; of what comes beyond, one mail tells each hour.
SINGLE_MAILS = 5
HOUR = timedelta(hours=1)
# Of so many open requests, the newest, the bell tells who becomes one of those who decide.
AWAITED = 50
# How many organizations one run of the task writes for; the next run goes on.
AT_ONCE = 1000


def tell_deciders(request: JoinRequest) -> None:
    """Let a new request await those who decide, and wake up a worker that mails them.

    In the caller's lock of the organization, which must not be held for fifty mails.
    """
    _await(request, _deciders(request.organization))
    transaction.on_commit(partial(wake, "organizations.tell_of_request", str(request.pk)), robust=True)


@transaction.atomic
def tell_of_request(request_id: UUID) -> bool:
    """Mail those who decide that somebody asks, or leave it to the hour's digest; whether they were mailed.

    The digest also tells what a lost wake-up has left untold. The note of a stranger stands on the page and not in the
    mail: nobody writes into the mailboxes of a company this way.
    """
    organization_id = JoinRequest.objects.filter(pk=request_id).values_list("organization", flat=True).first()
    if organization_id is None:
        return False
    organization = Organization.objects.lock(organization_id)
    # Another worker may have been first, and somebody may have decided already.
    request = organization.join_requests.untold().select_related("user").filter(pk=request_id).first()
    if request is None or not _is_told_alone(request):
        return False
    request.organization = organization
    for person in _deciders(organization):
        letters.send_request(request, person)
    _note_told([request])
    return True


def bring_in_line(organization: Organization) -> None:
    """Let open requests await those who decide now, and nobody else. In the caller's lock of the organization.

    To be called wherever somebody comes to decide, or does so no more: who may not open the page must not be kept a
    line that leads there, and who just may finds what is open. No mail: it was sent when somebody asked.
    """
    pending = organization.join_requests.pending().select_related("user").order_by("-id")
    requests = list(pending[:AWAITED])
    if not requests:
        return
    people = _deciders(organization)
    settle_all_but(people, kind=KIND, organization_id=organization.pk)
    told = set(
        Notification.objects.filter(
            kind=KIND, target_id__in=[request.pk for request in requests], user__in=people, settled_at=None
        ).values_list("target_id", "user_id")
    )
    for request in requests:
        request.organization = organization
        if new := [person for person in people if (request.pk, person.pk) not in told]:
            _await(request, new)


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
        names={"organization": request.organization.name, "answer": request.state, "reason": request.reason},
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
def _send_digest(organization_id: UUID) -> bool:
    organization = Organization.objects.lock(organization_id)
    requests = list(organization.join_requests.untold().select_related("user").order_by("id"))
    # Another worker may have been first.
    if not requests:
        return False
    for person in _deciders(organization):
        letters.send_digest(organization, requests, person)
    _note_told(requests)
    return True


def _is_told_alone(request: JoinRequest) -> bool:
    """Whether it is one of the first of an hour, as it was made; a worker may come to it late."""
    asked = JoinRequest.objects.filter(
        organization=request.organization_id, created_at__gt=request.created_at - HOUR, pk__lte=request.pk
    )
    return asked.count() <= SINGLE_MAILS


def _await(request: JoinRequest, people: list[User]) -> None:
    organization = request.organization
    await_answer(
        people,
        kind=KIND,
        target_id=request.pk,
        address=reverse("organizations:join_requests", args=[organization.slug]),
        organization_id=organization.pk,
        names={"person": request.user.name, "organization": organization.name},
    )


def _note_told(requests: list[JoinRequest]) -> None:
    JoinRequest.objects.filter(pk__in=[request.pk for request in requests]).update(told_at=timezone.now())


def _deciders(organization: Organization) -> list[User]:
    return organization.memberships.to_be_told(Permission.DECIDE_REQUESTS)
