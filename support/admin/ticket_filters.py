"""What staff look for among tickets: what is late, what has no answer, and what they look after."""

from typing import Any, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from support.models import State, Ticket


class Waiting(admin.SimpleListFilter):
    """Tickets that wait for their first answer."""

    title = _("first answer")
    parameter_name = "waiting"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What is late, and all that waits."""
        return [("late", _("Late")), ("yes", _("Without an answer"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those that were chosen."""
        if self.value() not in {"late", "yes"}:
            return queryset
        waiting = queryset.filter(state=State.OPEN, first_answered_at=None)
        return waiting.filter(answer_due_at__lt=timezone.now()) if self.value() == "late" else waiting


class Assigned(admin.SimpleListFilter):
    """Tickets by who looks after them."""

    title = _("assigned to")
    parameter_name = "assigned"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Oneself, and nobody."""
        return [("me", _("Me")), ("nobody", _("Nobody"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those that were chosen."""
        if self.value() == "me":
            return queryset.filter(assigned_to=request.user.pk)
        return queryset.filter(assigned_to=None) if self.value() == "nobody" else queryset
