"""Tickets for staff: found by what is due, read as a conversation, and answered there."""

from collections.abc import Callable
from typing import Any, override
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from console.forms import ActionForm
from console.refusal import Refused
from console.staff import ReadOnlyAdmin, opened
from organizations.admin.people import staff_actor
from support.actions.answers import (
    answer_ticket,
    assign_ticket,
    change_priority,
    change_product,
    note_internally,
    settle_ticket,
)
from support.actions.readers import staff_of_tickets
from support.actions.tickets import reopen_ticket
from support.admin.ticket_filters import STATES, Assigned, Standing, Waiting
from support.admin.ticket_pages import context_of, due_in_words
from support.files.serving import as_download
from support.forms.answers import AnswerForm, AssignmentForm, PriorityForm, ProductForm, with_saved_answer
from support.models import Attachment, State, Ticket


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin[Ticket]):
    """Tickets of all organizations; who may only see them reads, who may change them answers."""

    list_display = ["__str__", "organization", "shown_due", "priority", "shown_state", "assigned_to"]
    list_filter = [Waiting, Assigned, Standing, "priority", "product"]
    list_select_related = ["organization", "assigned_to"]
    search_fields = [
        "=number", "title", "search", "organization__name", "organization__slug", "raised_by_name",
        "raised_by__email", "=organization__id", "=id",
    ]  # fmt: skip
    fields = ["id", "organization", "number", "title", "state", "priority", "product", "assigned_to"]

    @override
    def get_urls(self) -> list[URLPattern]:
        """The page of a ticket, and what is done there."""
        return [
            self._post("answer", self.answer),
            self._post("note", self.note),
            self._post("draft", self.draft),
            self._post("assignment", self.assign),
            self._post("priority", self.prioritize),
            self._post("product", self.file_under),
            self._post("solution", self.settle),
            self._post("reopening", self.reopen),
            path(
                "<uuid:pk>/attachments/<uuid:file>/",
                self.admin_site.admin_view(self.attachment),
                name="support_ticket_attachment",
            ),
            *super().get_urls(),
        ]

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        """Tickets with the time at which they need an answer, while they do."""
        waits = Case(When(state=State.OPEN, first_answered_at=None, then=F("answer_due_at")))
        return super().get_queryset(request).annotate(needed_at=waits)

    @override
    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """What is due first; what nothing was promised for comes by its last message."""
        return [F("needed_at").asc(nulls_last=True), "-changed_at", "-id"]

    @admin.display(description=_("first answer"), ordering="needed_at")
    def shown_due(self, ticket: Ticket) -> str:
        """When the first answer is due."""
        return due_in_words(ticket, timezone.now())

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, ticket: Ticket) -> Any:
        """Whose turn it is."""
        return STATES[State(ticket.state)]

    @override
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The conversation; that it was looked at is told to who writes it down."""
        try:
            ticket = self._ticket(request, UUID(object_id))
        except ValueError:
            raise Http404 from None
        return self._page(request, ticket, _form(request, ticket))

    def answer(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Answer, to everybody of the organization who takes part."""
        return self._say(request, pk, answer_ticket, gettext("Your answer is on its way."))

    def note(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Note something that only staff see."""
        return self._say(request, pk, note_internally, gettext("Your note is kept. Only staff see it."))

    def draft(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Put a saved answer into what was typed; nothing is sent yet."""
        ticket = self._acting_on(request, pk)
        form = _form(request, ticket, with_saved_answer(request.POST), request.FILES)
        form.is_valid()
        return self._page(request, ticket, form)

    def assign(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say who looks after it."""
        form = AssignmentForm(request.POST, staff=staff_of_tickets())
        return self._change(request, pk, assign_ticket, form, gettext("It is assigned."))

    def prioritize(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change the priority."""
        return self._change(request, pk, change_priority, PriorityForm(request.POST), gettext("The priority is set."))

    def file_under(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change the product."""
        return self._change(request, pk, change_product, ProductForm(request.POST), gettext("The product is set."))

    def settle(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say that it is solved."""
        return self._change(request, pk, settle_ticket, ActionForm(request.POST), gettext("The ticket is solved."))

    def reopen(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Say that it is not."""
        return self._change(request, pk, reopen_ticket, ActionForm(request.POST), gettext("The ticket is open again."))

    def attachment(self, request: HttpRequest, pk: UUID, file: UUID) -> HttpResponseBase:
        """A file of a message or of a note, as a download."""
        ticket = self._ticket(request, pk)
        try:
            return as_download(get_object_or_404(Attachment, pk=file, message__ticket=ticket))
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self._back(ticket)

    def _post(self, noun: str, view: Callable[..., HttpResponse]) -> URLPattern:
        guarded = self.admin_site.admin_view(require_POST(view))
        return path(f"<uuid:pk>/{noun}/", guarded, name=f"support_ticket_{noun}")

    def _ticket(self, request: HttpRequest, pk: UUID) -> Ticket:
        ticket = get_object_or_404(self.get_queryset(request).select_related("organization", "raised_by"), pk=pk)
        if not self.has_view_permission(request, ticket):
            raise PermissionDenied
        opened.send(sender=Ticket, request=request, row=ticket)
        return ticket

    def _acting_on(self, request: HttpRequest, pk: UUID) -> Ticket:
        if not self.has_act_permission(request):
            raise PermissionDenied
        return self._ticket(request, pk)

    def _say(self, request: HttpRequest, pk: UUID, action: Callable[..., object], done: str) -> HttpResponse:
        ticket = self._acting_on(request, pk)
        form = _form(request, ticket, request.POST, request.FILES)
        if form.run(action, ticket=ticket, by=staff_actor(request)) is None:
            return self._page(request, ticket, form)
        self.log_change(request, ticket, done)
        messages.success(request, done)
        return self._back(ticket)

    def _change(
        self, request: HttpRequest, pk: UUID, action: Callable[..., object], form: ActionForm, done: str
    ) -> HttpResponse:
        """Set one thing; a refusal, or a choice that there is not, is said above the page."""
        ticket = self._acting_on(request, pk)
        if form.run(action, ticket=ticket, by=staff_actor(request)) is None:
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
        else:
            self.log_change(request, ticket, done)
            messages.success(request, done)
        return self._back(ticket)

    def _page(self, request: HttpRequest, ticket: Ticket, form: AnswerForm) -> HttpResponse:
        # What an action has changed meanwhile is not in the row that the request began with.
        ticket.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            **context_of(ticket),
            "title": str(ticket),
            "opts": self.opts,
            "form": form,
            "may_answer": self.has_act_permission(request),
        }
        return TemplateResponse(request, "support/staff_ticket.html", context)

    def _back(self, ticket: Ticket) -> HttpResponse:
        return redirect("admin:support_ticket_change", ticket.pk)


def _form(request: HttpRequest, ticket: Ticket, *typed: Any) -> AnswerForm:
    return AnswerForm(*typed, place=ticket.pk, person=staff_actor(request).user.pk)
