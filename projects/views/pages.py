"""What every page of one project shows."""

from typing import Any

from django.urls import reverse

from console.registry import registry
from organizations.access import Can
from organizations.requests import OrgRequest
from projects.requests import ProjectRequest


def about(request: ProjectRequest) -> dict[str, Any]:
    """The project, and ``may``: what the reader may do in it, as ``can`` says it of the organization."""
    return {"project": request.project, "may": Can(request.held)}


def way_to_more(request: OrgRequest) -> tuple[Any, str] | None:
    """The page on which the reader gets more than a limit lets them have, as its label and address; None for none."""
    organization = request.organization
    way = registry.way_to_more(organization.kind, request.actor.permissions)
    return (way.label, reverse(way.address, args=[organization.slug])) if way else None
