"""What projects add to pages of others: the side bar, the overview, the lists of memberships, the admin."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.navigation import MembershipAction, Section
from console.registry import Card, Holding, ReviewColumn, registry
from organizations import policies
from organizations.requests import OrgRequest, UserRequest
from organizations.roles import Permission
from projects.actions.allowances import LIMITS
from projects.models import Project, Service
from projects.models.grant import granted_numbers, projects_granted_to
from projects.steps import FIRST_PROJECT
from projects.views.service_rows import Number, numbers_of

# Projects on the overview; the list has all.
SHOWN = 5


@dataclass(frozen=True)
class Line:
    """A project on the overview, and what runs there."""

    project: Project
    numbers: list[Number]


@dataclass(frozen=True, kw_only=True)
class LastChanged:
    """The projects that somebody sees, the last changed first; ``may_create``: whether they may create one now."""

    lines: list[Line]
    may_create: bool


def finds_projects(request: OrgRequest) -> bool:
    """Whether somebody whose role sees no projects was granted one here."""
    return Project.objects.visible_to(request.actor).exists()


def last_changed(request: OrgRequest) -> LastChanged | None:
    """What the overview shows of projects; None for who has nothing to do with them."""
    seen = Project.objects.visible_to(request.actor).select_related("region").order_by("-changed_at", "-id")
    projects = list(seen[:SHOWN])
    may_create = request.actor.can(Permission.CREATE_PROJECTS)
    if not projects and not may_create and not request.actor.can(Permission.VIEW_PROJECTS):
        return None
    counted = Service.objects.present().filter(project__in=projects).counted() if projects else {}
    return LastChanged(
        lines=[Line(project, numbers_of(counted.get(project.pk, {}))) for project in projects],
        may_create=may_create,
    )


def services_in_the_way(request: UserRequest) -> int:
    """How many services keep somebody from deleting their account: those of the personal account that ends with it."""
    return Service.objects.present().filter(project__organization__person=request.user).count()


def granted_to_role(request: OrgRequest) -> int:
    """How many projects were granted to the custom role that the page is about."""
    assert request.resolver_match is not None  # noqa: S101 -- a view has one
    return projects_granted_to(request.resolver_match.kwargs["pk"])


def _list_in_admin(name: str) -> Any:
    return lambda organization_id: f"{reverse(f'admin:projects_{name}_changelist')}?q={organization_id}"


SECTION = Section(
    area="context",
    label=policies.word("projects"),
    icon="boxes",
    address="projects:projects",
    order=15,
    permission=Permission.VIEW_PROJECTS,
    match=("projects:*",),
    also=finds_projects,
)

NEW_PROJECT = MembershipAction(
    label=_("New project"), address="projects:project_new", order=10, permission=Permission.CREATE_PROJECTS
)

CARDS = [
    Card(page="overview", order=10, template="projects/_overview_card.html", show=last_changed),
    Card(page="deletion", order=20, template="projects/_in_the_way.html", show=services_in_the_way),
    Card(page="role-deletion", order=10, template="projects/access/_role_deletion.html", show=granted_to_role),
]

GRANTED = ReviewColumn(key="projects", label=_("Projects granted"), order=20, counts=granted_numbers)

HOLDINGS = [
    Holding(
        label=_("Projects"),
        order=10,
        count=lambda pk: Project.objects.filter(organization=pk).count(),
        address=_list_in_admin("project"),
    ),
    Holding(
        label=_("Services"),
        order=20,
        count=lambda pk: Service.objects.present().filter(project__organization=pk).count(),
        address=_list_in_admin("service"),
    ),
]


def register() -> None:
    """Add them all."""
    registry.add_section(SECTION)
    for card in CARDS:
        registry.add_card(card)
    registry.add_membership_action(NEW_PROJECT)
    registry.add_step(FIRST_PROJECT)
    registry.add_review_column(GRANTED)
    for holding in HOLDINGS:
        registry.add_holding(holding)
    for limit in LIMITS:
        registry.add_limit(limit)
