"""Connection tokens: what to do with one, and the token itself, once."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from console.attempts import attempt
from console.refusal import Refused
from infrastructure.actions.server_tokens import make_server_token, revoke_server_token
from infrastructure.models import ServerToken
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from outbox.letters import absolute

# What a server says of itself, for the command that people copy.
EXAMPLE = {"id": "monitoring-1", "name": "Monitoring", "url": "https://monitoring.example.com/", "version": "3.1.0"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONNECT_SERVERS)
def create(request: OrgRequest) -> HttpResponse:
    """What a token is for, and the POST that makes one and shows it, once, with the command that uses it."""
    if request.method != "POST":
        return render(request, "infrastructure/servers/token_new.html")
    try:
        issued = make_server_token(organization=request.organization, by=request.actor)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("infrastructure:servers", request.organization.slug)
    context = {"token": issued.token, "expires_at": issued.row.expires_at, "command": _command(issued.token)}
    return render(request, "infrastructure/servers/token.html", context)


@require_POST
@requires(Permission.VIEW_INFRASTRUCTURE)
def revoke(request: OrgRequest, pk: UUID) -> HttpResponse:
    """Make sure that nobody uses a token any more."""
    token = get_object_or_404(ServerToken.objects.usable(), organization=request.organization, pk=pk)
    attempt(request, revoke_server_token, _("The connection token is revoked."), token=token, by=request.actor)
    return redirect("infrastructure:servers", request.organization.slug)


def _command(token: str) -> str:
    return (
        f"curl {absolute('/api/v1/servers')} \\\n"
        f'  --header "Authorization: Bearer {token}" \\\n'
        f"  --json '{json.dumps(EXAMPLE)}'"
    )
