"""What a request in a project carries, for the type checker and the reader."""

from organizations.requests import OrgRequest
from organizations.roles import Permission
from projects.models import Project


class ProjectRequest(OrgRequest):
    """A request below ``/o/<slug>/projects/<project>/``, by somebody who may know of the project.

    ``held``: what the actor may do there; pages ask `organizations.access.Can` of it.
    """

    project: Project
    held: frozenset[Permission]
