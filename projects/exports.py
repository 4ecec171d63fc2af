"""What projects add to exports: of what an organization owns, and of what is kept about a person.

The fields are named one by one, so that a new column is left out until somebody has looked at it; no secret that a
service came with is among them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import User
from organizations.models import Organization
from projects.models import Change, Operation, Output, PersonGrant, Project, RoleGrant, RoleGroup, Service, Tag
from projects.models.grant import LEVELS

type Rows = Iterator[dict[str, Any]]
type AddPart = Callable[[str, Callable[[], Rows], tuple[str, ...]], None]
type AddRows = Callable[[str, Rows], None]

# Rows that are read from the database at a time.
CHUNK = 500
LEVEL = {"level": "permission__codename"}


def _with_roles(grants: "QuerySet[RoleGrant]") -> "QuerySet[Any]":
    groups = RoleGroup.objects.filter(pk=OuterRef("group"))
    return grants.annotate(
        role=Subquery(groups.values("role")), custom_role_name=Subquery(groups.values("custom_role__name"))
    )


# By subject: the rows of an organization, the columns of its table, and those that belong to what a row refers to.
LISTS: dict[str, tuple[Callable[[UUID], QuerySet[Any]], tuple[str, ...], dict[str, str]]] = {
    "projects": (
        lambda pk: Project.objects.filter(organization=pk),
        ("id", "slug", "name", "description", "visibility", "state", "archived_at", "ends_at", "created_at"),
        {"region_key": "region__key", "created_by_email": "created_by__email"},
    ),
    "project_tags": (
        lambda pk: Tag.objects.filter(project__organization=pk),
        ("project_id", "name"),
        {"project_slug": "project__slug"},
    ),
    "project_grants_to_people": (
        lambda pk: PersonGrant._default_manager.filter(content_object__organization=pk),
        ("granted_at",),
        {"project_slug": "content_object__slug", "email": "user__email", **LEVEL},
    ),
    "project_grants_to_roles": (
        lambda pk: _with_roles(RoleGrant._default_manager.filter(content_object__organization=pk)),
        ("granted_at", "role", "custom_role_name"),
        {"project_slug": "content_object__slug", **LEVEL},
    ),
    "services": (
        lambda pk: Service.objects.filter(project__organization=pk),
        ("id", "name", "state", "state_since", "reason", "created_at"),
        {
            "project_slug": "project__slug",
            "kind_key": "kind__key",
            "size_key": "size__key",
            "price_per_hour": "size__price",
            "created_by_email": "created_by__email",
        },
    ),
    # What is secret stays sealed: that there is one, and its name, is all that is said.
    "service_outputs": (
        lambda pk: Output.objects.filter(service__project__organization=pk),
        ("service_id", "name", "value", "is_secret", "shown_at"),
        {},
    ),
    "service_changes": (
        lambda pk: Change.objects.filter(service__project__organization=pk),
        ("service_id", "at", "state", "progress", "note", "by_kind", "by_name"),
        {"verb": "operation__verb", "by_email": "by__email"},
    ),
}
# What the form of a service was filled in with: in the JSON alone, since each kind has another form.
PARAMETERS = {"services": ("parameters",)}


def add_what_is_owned(organization: Organization, add: AddPart) -> None:
    """Add the projects of an organization and all that is in them, without secrets."""
    for subject, (rows, fields, more) in LISTS.items():
        read = partial(_owned, rows, organization.pk, (*fields, *PARAMETERS.get(subject, ())), more)
        add(subject, read, (*fields, *more))


def add_what_is_personal(user: User, add: AddRows) -> None:
    """Add what a person was granted, the projects that they made, and what they asked to be done with services.

    By their ids, where what it is called today may be no business of theirs.
    """
    grants = PersonGrant._default_manager.filter(user=user)
    project = {"project_id": "content_object_id", "organization_id": "content_object__organization_id"}
    add("project_grants", _values(grants, ("granted_at",), {**project, **LEVEL}))
    add("projects_created", _values(Project.objects.filter(created_by=user), ("id", "organization_id", "created_at")))
    asked = Operation.objects.filter(asked_by=user)
    service = {"project_id": "service__project_id", "organization_id": "service__project__organization_id"}
    add("services_asked_for", _values(asked, ("verb", "state", "asked_at", "ended_at", "service_id"), service))


def _owned(
    rows: Callable[[UUID], QuerySet[Any]], organization_id: UUID, fields: Iterable[str], more: Mapping[str, str]
) -> Rows:
    return _values(rows(organization_id), fields, more)


def _values(rows: QuerySet[Any], fields: Iterable[str], more: Mapping[str, str] | None = None) -> Rows:
    named = {name: F(path) for name, path in (more or {}).items()}
    for row in rows.order_by("pk").values(*fields, **named).iterator(chunk_size=CHUNK):
        if "level" in row:
            row["level"] = str(LEVELS[row["level"]])
        yield row
