"""A service is asked for."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from organizations.actors import Actor
from organizations.roles import Permission
from projects import schema
from projects.actions.allowances import check_room_for_service
from projects.actions.locking import lock_project
from projects.actions.services.beginning import begin
from projects.actions.services.verbs import ENDS_IN, check_project
from projects.models import Project, Service, ServiceKind, ServiceSize
from projects.models.operation import Verb
from projects.models.service import NAME_LENGTH


@audited("service.requested")
def request_service(
    *, project: Project, kind: ServiceKind, size: ServiceSize, name: str, parameters: Mapping[str, Any], by: Actor
) -> Service:
    """Ask for a service of a kind and size that the catalogue offers in the project's region.

    ``parameters``: what was typed into the kind's form, by its fields. Raises Refused for a project in which one cannot
    work, what is not offered, a name that another service there has, parameters that the form does not take (at the
    field ``parameters.<name>``), and beyond the organization's allowance.
    """
    project, by = lock_project(project, by, Permission.START_SERVICES)
    check_project(Verb.CREATE, project)
    check_room_for_service(project.organization)
    kind, size = _offered(project, kind, size)
    service = Service(project=project, kind=kind, size=size, created_by=None if by.is_trusted else by.user)
    service.name = _clean_name(name, project)
    service.parameters = schema.check_parameters(kind.form, parameters)
    service.save(force_insert=True)
    begin(service, Verb.CREATE, size=size, ends_in=ENDS_IN[Verb.CREATE], by=by)
    record(
        "service.requested",
        by=by,
        organization_id=project.organization_id,
        target=service,
        after={"project": project.slug, "kind": kind.key, "size": size.key},
    )
    return service


def _offered(project: Project, kind: ServiceKind, size: ServiceSize) -> tuple[ServiceKind, ServiceSize]:
    """The kind and the size as they are now. Raises Refused where staff no longer offer them."""
    here = ServiceKind.objects.offered_in(project.region).select_related("endpoint").filter(pk=kind.pk).first()
    if here is None:
        raise Refused(_("“%s” is not offered here. Choose something else.") % kind.name, code="kind", field="kind")
    return here, offered_size(here, size)


def offered_size(kind: ServiceKind, size: ServiceSize) -> ServiceSize:
    """The size as it is now. Raises Refused where it is another kind's, or no longer offered."""
    found = kind.sizes.filter(pk=size.pk, is_offered=True).first()
    if found is None:
        raise Refused(_("This size is not offered. Choose another one."), code="size", field="size")
    return found


def _clean_name(name: str, project: Project) -> str:
    name = clean_name(name, NAME_LENGTH)
    # As the database compares them, for it keeps names apart.
    if project.services.present().alias(lower=Lower("name")).filter(lower=Lower(Value(name))).exists():
        raise Refused(
            _("Another service of this project has this name. Choose another one."), code="taken", field="name"
        )
    return name
