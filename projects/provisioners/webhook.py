"""The provisioner that asks the company's own backend, by a signed call (Standard Webhooks), and hears of it later."""

import json
from typing import Any, Final, override
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.refusal import Refused
from outbox.actions import enqueue, withdraw
from outbox.models import Webhook as Call
from projects.models import Operation
from projects.provisioners.base import Provisioner

# Those that have not left, or were given up and could be tried again by staff.
_UNSENT: Final = (Call.State.WAITING, Call.State.FAILED)


class Webhook(Provisioner):
    """Writes the call, in the transaction that makes the operation; the backend reports (projects.api.reports)."""

    is_ours = False

    @override
    def begin(self, operation: Operation) -> None:
        """Write the call; raises Refused where the catalogue names no backend."""
        service = operation.service
        endpoint = service.kind.endpoint
        if endpoint is None:
            raise Refused(_("Nobody makes services of this kind at the moment. Tell our support."), code="no-backend")
        # What was given up, and could be tried again by staff, must not come after this.
        _withdraw(Call.objects.filter(subject_id=service.pk, state__in=_UNSENT))
        kind = f"service.{operation.verb}"
        operation.webhook = enqueue(
            Call(
                endpoint=endpoint,
                kind=kind,
                subject_id=service.pk,
                organization_id=service.project.organization_id,
                body=_written(kind, told(operation)),
            )
        )
        operation.save(update_fields=["webhook"])

    @override
    def call_off(self, operation: Operation) -> None:
        """Keep the call from leaving; one that is on its way may still arrive, with the lower number."""
        if operation.webhook_id:
            _withdraw(Call.objects.filter(pk=operation.webhook_id, state__in=_UNSENT))


def told(operation: Operation) -> dict[str, Any]:
    """What a backend is told of an operation: what is to be done with what, where, and where to report.

    Nobody's name or address is in it; what people call their service, and typed into the kind's form, is.
    """
    service = operation.service
    project, kind = service.project, service.kind
    return {
        "operation": {"id": str(operation.pk), "number": operation.number, "verb": operation.verb},
        "service": {
            "id": str(service.pk),
            "name": service.name,
            "kind": kind.key,
            "size": operation.size.key,
            "parameters": service.parameters,
            "state": service.state,
        },
        "project": {"id": str(project.pk), "slug": project.slug, "region": project.region.key},
        "organization": {"id": str(project.organization_id), "slug": project.organization.slug},
        "report_to": report_address(operation.pk),
    }


def report_address(operation_id: UUID) -> str:
    """Where a backend reports what became of an operation."""
    return settings.SITE_URL + reverse("api:report_operation", args=[operation_id])


def ping() -> bytes:
    """A call that asks for nothing: whether an endpoint answers, and accepts the signature."""
    return _written("ping", {}).encode()


def endpoint_of(operation: Operation) -> UUID | None:
    """The endpoint that may report on an operation: the one that was asked, or, where that is forgotten, the kind's."""
    if operation.is_ours:
        return None
    return operation.webhook.endpoint_id if operation.webhook else operation.service.kind.endpoint_id


def _written(kind: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": timezone.now().isoformat(), "data": data}, ensure_ascii=False)


def _withdraw(calls: QuerySet[Call]) -> None:
    for call in calls:
        withdraw(call)
