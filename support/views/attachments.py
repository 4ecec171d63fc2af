"""Files of messages, as downloads and as nothing else."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from console.refusal import Refused
from organizations.access import requires
from organizations.requests import OrgRequest
from organizations.roles import Permission
from support.files.serving import as_download
from support.models import Attachment
from support.views.conversation import ticket_of


@require_safe
@requires(Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)
def attachment(request: OrgRequest, pk: UUID, file: UUID) -> HttpResponseBase:
    """A file of a message that the reader sees: never of a note of staff, never of another's ticket."""
    ticket = ticket_of(request, pk)
    found = get_object_or_404(Attachment, pk=file, message__ticket=ticket, message__is_internal=False)
    try:
        return as_download(found)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("support:ticket", request.organization.slug, ticket.pk)
