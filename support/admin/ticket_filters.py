"""What staff look for among tickets: what is late, what has no answer, and what they look after."""

from collections.abc import Mapping
from typing import Any, Final, override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.models import State, Ticket

# Whose turn it is, as staff say it: to people of the organization, they are "we" and those are "you".
STATES: Final[Mapping[State, Any]] = {
    State.OPEN: State.OPEN.label,
    State.ANSWERED: pgettext_lazy("ticket", "waiting for them"),
    State.SOLVED: State.SOLVED.label,
    State.CLOSED: State.CLOSED.label,
}


class Standing(admin.SimpleListFilter):
    """Tickets by whose turn it is."""

    title = _("state")
    parameter_name = "state"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Each state."""
        return [(state.value, label) for state, label in STATES.items()]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Those that were chosen."""
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


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
