"""Projects and the catalogue for staff."""

from projects.admin.catalogue import ServiceKindAdmin
from projects.admin.endpoints import EndpointAdmin
from projects.admin.projects import ProjectAdmin, RegionAdmin
from projects.admin.services import ServiceAdmin

__all__ = ["EndpointAdmin", "ProjectAdmin", "RegionAdmin", "ServiceAdmin", "ServiceKindAdmin"]
