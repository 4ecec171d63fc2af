"""What a request in a project carries, for the type checker and the reader."""

from organizations.requests import OrgRequest
from projects.models import Project


class ProjectRequest(OrgRequest):
    """A request below ``/o/<slug>/projects/<project>/``, by somebody who may know of the project."""

    project: Project
