"""Projects, grants in them, and the services that run there."""

from projects.models.catalogue import ServiceKind, ServiceSize
from projects.models.grant import PersonGrant, RoleGrant, RoleGroup
from projects.models.operation import Change, Operation
from projects.models.prices import FormerPrice, Prices
from projects.models.project import Project, Tag
from projects.models.region import Region
from projects.models.service import Output, Service

__all__ = [
    "Change",
    "FormerPrice",
    "Operation",
    "Output",
    "PersonGrant",
    "Prices",
    "Project",
    "Region",
    "RoleGrant",
    "RoleGroup",
    "Service",
    "ServiceKind",
    "ServiceSize",
    "Tag",
]
