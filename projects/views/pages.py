"""What every page of one project shows."""

from typing import Any

from organizations.access import Can
from projects.requests import ProjectRequest


def about(request: ProjectRequest) -> dict[str, Any]:
    """The project, and ``may``: what the reader may do in it, as ``can`` says it of the organization."""
    return {"project": request.project, "may": Can(request.held)}
