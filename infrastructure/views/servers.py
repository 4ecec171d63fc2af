"""The monitoring servers of an organization: the list, the page of one, and the way to part with it."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.attempts import attempt
from console.fragments import render_fragment
from console.pages import paginate
from infrastructure.actions.server_tokens import may_revoke
from infrastructure.actions.servers import disconnect_server, may_disconnect
from infrastructure.models import Server, ServerToken
from infrastructure.server_rows import ORDERS, STATES, Selection, rows_of
from organizations.access import forbidden, requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask, way_back

# Waiting tokens that the list shows, those that end last first.
SHOWN_TOKENS = 20


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def index(request: OrgRequest) -> HttpResponse:
    """The servers: search, filter, sort, pages; and the tokens that wait for theirs."""
    selection = Selection.of(request.organization, request.GET)
    page = paginate(selection.values, request.GET, orders=ORDERS, default="name")
    context = {
        "page": page,
        "rows": rows_of(page.rows),
        "q": selection.q,
        "state": selection.state,
        "states": STATES,
        "is_empty": not page.rows and not selection.is_narrowed,
        # The list alone, which a search asks for, does not show them.
        "waiting_tokens": partial(_waiting_tokens, request),
    }
    return render_fragment(
        request, "infrastructure/servers/index.html", "infrastructure/servers/_list.html", "servers", context
    )


@require_safe
@requires(Permission.VIEW_INFRASTRUCTURE)
def server(request: OrgRequest, pk: UUID) -> HttpResponse:
    """A server: its version, when it was last heard of, and who connected it."""
    found = _server(request, pk)
    context = {"server": found, "may_disconnect": may_disconnect(found, request.actor)}
    return render(request, "infrastructure/servers/server.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.VIEW_INFRASTRUCTURE)
def disconnection(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Disconnect a server: the question, and the POST that does it; for who connected it, and who manages them."""
    found = _server(request, pk)
    if not may_disconnect(found, request.actor):
        return forbidden(request, Permission.MANAGE_INFRASTRUCTURE)
    if request.method == "POST":
        done = _("%s is disconnected.") % found.name
        attempt(request, disconnect_server, done, server=found, by=request.actor)
        return redirect("infrastructure:servers", request.organization.slug)
    question = Question(
        title=_("Disconnect %s?") % found.name,
        text=_(
            "What it sends is no longer accepted, from this moment on, and it leaves the list. The server itself goes"
            " on. To connect it again, it needs a new connection token."
        ),
        submit=_("Disconnect"),
        cancel=_("Cancel"),
        back=way_back(request, reverse("infrastructure:server", args=[request.organization.slug, found.pk])),
    )
    return ask(request, question)


def _server(request: OrgRequest, pk: UUID) -> Server:
    found = get_object_or_404(Server.objects.select_related("connected_by"), organization=request.organization, pk=pk)
    found.organization = request.organization
    return found


def _waiting_tokens(request: OrgRequest) -> list[tuple[ServerToken, bool]]:
    """Tokens with which a server can still be connected, and whether the reader may revoke each."""
    usable = ServerToken.objects.usable().filter(organization=request.organization)
    tokens = usable.select_related("membership__user").order_by("-expires_at")[:SHOWN_TOKENS]
    return [(token, may_revoke(token, request.actor)) for token in tokens]
