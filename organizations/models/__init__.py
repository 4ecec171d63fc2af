"""The tenant and who is in it."""

from organizations.models.invitation import Invitation
from organizations.models.membership import Membership
from organizations.models.organization import Allowance, Discoverability, Kind, Organization, Reason, Slug, Status
from organizations.models.role import CustomRole, role_of, roles_of, with_role

__all__ = [
    "Allowance",
    "CustomRole",
    "Discoverability",
    "Invitation",
    "Kind",
    "Membership",
    "Organization",
    "Reason",
    "Slug",
    "Status",
    "role_of",
    "roles_of",
    "with_role",
]
