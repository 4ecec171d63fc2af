"""What happened in one's account (issue 3: the last 90 days with time, place and device)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.activity import SHOWN_FOR, Topic, activity_of, tell
from accounts.requests import UserRequest
from console.pages import Order, paginate

ON_THE_CARD = 5

# Ids grow with time.
ORDERS = {"at": Order("id", UUID)}


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """The time line: pages, and of one topic where the address says so."""
    chosen = request.GET.get("topic", "")
    topic = Topic(chosen) if chosen in set(Topic) else None
    page = paginate(activity_of(request.user.pk, topic), request.GET, orders=ORDERS, default="-at")
    context = {
        "page": page,
        "events": [tell(event) for event in page.rows],
        "topic": topic,
        "topics": _tabs(topic),
        "days": SHOWN_FOR.days,
    }
    return render(request, "accounts/activity.html", context)


def _tabs(current: Topic | None) -> list[tuple[str, str, bool, None]]:
    here = reverse("accounts:security_activity")
    topics = [(topic.label, f"{here}?topic={topic.value}", topic is current, None) for topic in Topic]
    return [(_("Everything"), here, current is None, None), *topics]


def card(request: UserRequest) -> dict[str, Any]:
    """What the security page shows of it: the newest."""
    return {"latest_events": [tell(event) for event in activity_of(request.user.pk)[:ON_THE_CARD]]}
