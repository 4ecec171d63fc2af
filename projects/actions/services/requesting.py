"""A service is asked for."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.recording import audited, record
from console.refusal import Refused
from console.text import is_readable, one_line
from organizations.actors import Actor
from organizations.models import Allowance, Organization
from organizations.roles import Permission
from projects import schema
from projects.actions.locking import lock_project
from projects.actions.services.beginning import begin
from projects.actions.services.verbs import check_project
from projects.models import Project, Service, ServiceKind, ServiceSize
from projects.models.operation import Verb
from projects.models.service import NAME_LENGTH, State


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
    _check_room(project.organization)
    kind, size = _offered(project, kind, size)
    service = Service(project=project, kind=kind, size=size, created_by=None if by.is_trusted else by.user)
    service.name = _clean_name(name, project)
    service.parameters = schema.check_parameters(kind.form, parameters)
    service.save(force_insert=True)
    begin(service, Verb.CREATE, size=size, ends_in=State.RUNNING, by=by)
    record(
        "service.requested",
        by=by,
        organization_id=project.organization_id,
        target=service,
        after={"project": project.slug, "kind": kind.key, "size": size.key},
    )
    return service


def _check_room(organization: Organization) -> None:
    """Raise Refused where the organization has as many services as it may; counted under its lock."""
    most = organization.allowed(Allowance.Name.SERVICES)
    if most is None or Service.objects.present().filter(project__organization=organization).count() < most:
        return
    raise Refused(
        ngettext(
            "%(name)s may have %(count)d service. Delete one first, or choose a larger plan under billing.",
            "%(name)s may have %(count)d services. Delete one first, or choose a larger plan under billing.",
            most,
        )
        % {"name": organization.name, "count": most},
        code="allowance",
    )


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
    name = one_line(name, len(name) + 1)
    if not is_readable(name):
        raise Refused(_("Give the service a name."), code="name", field="name")
    if len(name) > NAME_LENGTH:
        raise Refused(
            ngettext("Choose a name of at most %d letter.", "Choose a name of at most %d letters.", NAME_LENGTH)
            % NAME_LENGTH,
            code="name",
            field="name",
        )
    # As the database compares them, for it keeps names apart.
    named = project.services.all().alias(lower=Lower("name")).filter(lower=Lower(Value(name)))
    if named.exclude(state=State.DELETED).exists():
        raise Refused(
            _("Another service of this project has this name. Choose another one."), code="taken", field="name"
        )
    return name
