"""Projects, kinds and services for tests, as rows: what is tested goes through the door."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from organizations.models import Organization
from projects.models import Operation, Project, Region, Service, ServiceKind, ServiceSize
from projects.models.operation import Verb
from projects.models.service import State


def make_region(key: str = "eu-west", **fields: Any) -> Region:
    """A region; the same for the same key."""
    return Region.objects.get_or_create(key=key, defaults={"name": key.replace("-", " ").title(), **fields})[0]


def make_project(organization: Organization, slug: str = "website", **fields: Any) -> Project:
    """An active project that the organization sees, unless ``fields`` say otherwise."""
    name = fields.pop("name", slug.replace("-", " ").capitalize())
    region = fields.pop("region", None) or make_region()
    if fields.get("state") == "archived":
        fields.setdefault("archived_at", timezone.now())
    sorted_by = {"sort_name": name.casefold(), "search": name.casefold()}
    return Project.objects.create(organization=organization, slug=slug, name=name, region=region, **sorted_by | fields)


def make_kind(key: str = "postgresql", **fields: Any) -> ServiceKind:
    """A kind with the sizes small and large, made by the instant provisioner unless ``fields`` say otherwise."""
    kind = ServiceKind.objects.create(key=key, **{"name": key.capitalize(), **fields})
    for order, (size, price) in enumerate([("small", "0.02"), ("large", "0.08")]):
        ServiceSize.objects.create(kind=kind, key=size, name=size.capitalize(), price=Decimal(price), order=order)
    return kind


def make_service(
    project: Project, name: str = "Main database", *, kind: ServiceKind | None = None, **fields: Any
) -> Service:
    """A running service, unless ``fields`` say otherwise; with the operation that made it."""
    kind = kind or ServiceKind.objects.filter(key="postgresql").first() or make_kind()
    size = fields.pop("size", None) or kind.sizes.get(key="small")
    state = fields.pop("state", State.RUNNING)
    service = Service.objects.create(project=project, kind=kind, size=size, name=name, state=state, **fields)
    is_open = state in {State.REQUESTED, State.PROVISIONING}
    Operation.objects.create(
        service=service,
        number=1,
        verb=Verb.CREATE,
        size=size,
        ends_in=State.RUNNING,
        state=Operation.State.OPEN if is_open else Operation.State.DONE,
        ended_at=None if is_open else service.created_at,
        is_ours=kind.provisioner == "instant",
    )
    return service
