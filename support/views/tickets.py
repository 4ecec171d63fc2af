"""Tickets: the list, the question, the page with the answers, and what is said there."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.attempts import attempt
from console.csv import csv_response
from console.fragments import render_fragment
from console.pages import paginate
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.actions.promises import coverage, promises_for
from support.actions.tickets import raise_ticket, reopen_ticket, solve_ticket, write_message
from support.came_from import page_in
from support.forms.tickets import MessageForm, TicketForm
from support.letters.tickets import settle_answer
from support.models import Product, State
from support.ticket_rows import DEFAULT, ORDERS, Selection, row_of
from support.views.conversation import context_of, conversation_of, ticket_of, version_of

NUMBER = re.compile(r"[0-9]{1,9}")
# The part of a page that a script asks for.
LIST, PROMISE, CONVERSATION = "tickets", "ticket-promise", "conversation"


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
def index(request: OrgRequest) -> HttpResponse:
    """The tickets that the reader may see: search, filter, sort, pages."""
    selection, now = Selection.of(request.actor, request.GET), timezone.now()
    page = paginate(selection.values, request.GET, orders=ORDERS, default=DEFAULT)
    context = {
        **selection.context,
        "page": page,
        "rows": [row_of(values, now) for values in page.rows],
        "is_empty": not page.rows and not selection.is_narrowed,
    }
    return render_fragment(request, "support/tickets/index.html", "support/tickets/_list.html", LIST, context)


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
def export(request: OrgRequest) -> HttpResponseBase:
    """The tickets as a file: what the same search and filters find."""
    columns = {
        "number": _("Number"),
        "title": _("Title"),
        "state_label": _("State"),
        "priority_label": _("Priority"),
        "product": _("Product"),
        "raised_by": _("Raised by"),
        "created_at": _("Raised"),
        "changed_at": _("Last change"),
        "answer_due_at": _("First answer due"),
        "first_answered_at": _("First answered"),
    }
    selection = Selection.of(request.actor, request.GET)
    is_asked = request.method == "GET"
    batches = selection.batches(request.membership, timezone.now()) if is_asked else iter(())
    rows = ([row[name] for name in columns] for batch in batches for row in batch)
    return csv_response(f"tickets-{request.organization.slug}", list(columns.values()), rows)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.RAISE_TICKETS)
@never_cache
def create(request: OrgRequest) -> HttpResponse:
    """Raise a ticket. ``?from=``: the page of ours that it is about; ``?about=``: the number of a closed ticket.

    ``?product=`` with a script: within what time it would be answered.
    """
    form = _ticket_form(request)
    if ticket := form.run(raise_ticket, organization=request.organization, by=request.actor):
        messages.success(request, _("Your ticket #%d is with us.") % ticket.number)
        return redirect("support:ticket", request.organization.slug, ticket.pk)
    page, fragment = "support/tickets/new.html", "support/tickets/_promise.html"
    return render_fragment(request, page, fragment, PROMISE, {"form": form})


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
@never_cache
def detail(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A ticket: what was said, and who is next. Whoever opens it has read of its answers.

    ``?seen=`` with a script: nothing, where that is what there is.
    """
    ticket = ticket_of(request, pk)
    if request.headers.get("HX-Target") != CONVERSATION:
        if request.method == "GET":
            # Before what was said is read: an answer that comes now is not missed.
            settle_answer(ticket, request.user)
        response = render(request, "support/tickets/ticket.html", context_of(request, ticket))
    elif request.GET.get("seen") == version_of(ticket):
        response = HttpResponse(status=204)
    else:
        response = render(request, "support/tickets/_conversation.html", conversation_of(request, ticket))
    patch_vary_headers(response, ["HX-Target"])
    return response


@require_POST
@requires(Permission.RAISE_TICKETS)
def write(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Write a message; what is refused stands in the form again, with its files."""
    ticket = ticket_of(request, pk)
    form = MessageForm(request.POST, request.FILES, place=ticket.pk, person=request.user.pk)
    if form.run(write_message, ticket=ticket, by=request.actor):
        messages.success(request, _("Your message is with us."))
        return redirect("support:ticket", request.organization.slug, ticket.pk)
    if ticket.state == State.CLOSED:
        # There is no form any more that could say it.
        messages.error(request, _("This ticket is closed. Raise a new one, and name its number."))
        return redirect("support:ticket", request.organization.slug, ticket.pk)
    return render(request, "support/tickets/ticket.html", context_of(request, ticket, form))


@require_POST
@requires(Permission.RAISE_TICKETS)
def solve(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that it is solved."""
    ticket = ticket_of(request, pk)
    attempt(request, solve_ticket, _("The ticket is solved."), ticket=ticket, by=request.actor)
    return redirect("support:ticket", request.organization.slug, ticket.pk)


@require_POST
@requires(Permission.RAISE_TICKETS)
def reopen(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Say that it is not solved after all."""
    ticket = ticket_of(request, pk)
    attempt(request, reopen_ticket, _("The ticket is open again."), ticket=ticket, by=request.actor)
    return redirect("support:ticket", request.organization.slug, ticket.pk)


def _ticket_form(request: OrgRequest) -> TicketForm:
    now, is_posted = timezone.now(), request.method == "POST"
    typed = request.POST if is_posted else request.GET
    products = list(Product.objects.filter(is_offered=True))
    product = next((one for one in products if one.key == typed.get("product")), None)
    covering = []
    # Who sees no entitlements chooses none: the quickest answer is theirs.
    if request.actor.can(Permission.VIEW_CUSTOMER_DATA):
        covering = coverage(request.organization, product, now)
    return TicketForm(
        request.POST if is_posted else None,
        request.FILES if is_posted else None,
        place=request.organization.pk,
        person=request.user.pk,
        initial=_initial(request),
        products=products,
        entitlements=covering,
        promises=promises_for(request.organization, product, now),
        at=now,
    )


def _initial(request: OrgRequest) -> dict[str, Any]:
    """What the address says of a new ticket; what makes no sense says nothing."""
    initial: dict[str, Any] = {}
    if product := request.GET.get("product"):
        initial["product"] = product
    if priority := request.GET.get("priority"):
        initial["priority"] = priority
    if came_from := page_in(request.GET):
        initial["asked_from"] = came_from
    if NUMBER.fullmatch(about := request.GET.get("about", "")):
        initial["body"] = _("This goes on from my ticket #%s.") % about + "\n\n"
    return initial
