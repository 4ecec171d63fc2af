"""The line that projects add to the getting-started check list."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.registry import Step
from organizations.requests import UserRequest
from organizations.roles import Permission
from organizations.steps import creation_page
from projects.models import Project
from projects.models.grant import is_granted_anything

# What somebody's role may do about projects, suspended or not.
_WORKS = frozenset({Permission.CREATE_PROJECTS, Permission.VIEW_PROJECTS})


def has_project(request: UserRequest) -> bool:
    """Whether one of the user's organizations has a project that they see; three queries, however many they are in."""
    return Project.objects.visible_by_role(request.contexts).exists() or is_granted_anything(request.contexts)


def concerns(request: UserRequest) -> bool:
    """Whether the user could see or make projects; whoever is nowhere yet may found an organization."""
    mine = request.contexts
    return not mine or any(membership.held_role.permissions & _WORKS for membership in mine) or has_project(request)


def new_project_page(request: UserRequest) -> str:
    """Where a project is made: in the organization last used in which the user may, else where there could be one."""
    for membership in request.contexts:
        if Permission.CREATE_PROJECTS in membership.permissions:
            return reverse("projects:project_new", args=[membership.organization.slug])
    return creation_page(request)


FIRST_PROJECT = Step(
    label=_("Create your first project"),
    help=_("A place for what belongs together: its services, and who works on them."),
    order=70,
    done=has_project,
    address=new_project_page,
    action=_("New project"),
    concerns=concerns,
)
