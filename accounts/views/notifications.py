"""What awaits one: the page behind the bell."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import read_notifications
from accounts.models import Notification
from accounts.requests import UserRequest
from console.pages import moments, paginate
from console.registry import registry

ORDERS = {"age": moments("created_at")}


@require_safe
@login_required
def index(request: UserRequest) -> HttpResponse:
    """All that awaits the user, the newest first, each with the way to the page that settles it."""
    mine = Notification.objects.awaiting().filter(user=request.user)
    page = paginate(
        mine.values("id", "kind", "names", "address", "created_at", "expires_at"),
        request.GET,
        orders=ORDERS,
        default="-age",
    )
    rows = [_row(values) for values in page.rows]
    return render(
        request,
        "accounts/notifications.html",
        {"page": page, "rows": rows, "has_news": any(row["kind"].is_news for row in rows)},
    )


@require_POST
@login_required
def read(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go to the page that a piece of news is about, which is read with that."""
    notification = get_object_or_404(Notification, pk=pk, user=request.user)
    read_notifications(user=request.user, pk=notification.pk)
    return redirect(notification.address)


@require_POST
@login_required
def read_all(request: UserRequest) -> HttpResponse:
    """Take all news as read; what asks for an answer stays."""
    read_notifications(user=request.user)
    return redirect("notifications:index")


def _row(values: dict[str, Any]) -> dict[str, Any]:
    kind = registry.notifications[values["kind"]]
    return {**values, "kind": kind, "sentence": kind.sentence(values["names"])}
