"""Organizations in the admin: what staff act on, and what they only read."""

from organizations.admin.domains import DomainAdmin
from organizations.admin.keys import ApiKeyAdmin
from organizations.admin.people import (
    AppointmentAdmin,
    ClosingAdmin,
    InvitationAdmin,
    JoinRequestAdmin,
    MembershipAdmin,
    OrganizationAdmin,
    TransferAdmin,
)
from organizations.admin.records import (
    BatchAdmin,
    BatchRowAdmin,
    CustomRoleAdmin,
    DetailsAdmin,
    ExportAdmin,
    PolicyInForceAdmin,
)
from organizations.admin.streams import AuditStreamAdmin

__all__ = [
    "ApiKeyAdmin",
    "AppointmentAdmin",
    "AuditStreamAdmin",
    "BatchAdmin",
    "BatchRowAdmin",
    "ClosingAdmin",
    "CustomRoleAdmin",
    "DetailsAdmin",
    "DomainAdmin",
    "ExportAdmin",
    "InvitationAdmin",
    "JoinRequestAdmin",
    "MembershipAdmin",
    "OrganizationAdmin",
    "PolicyInForceAdmin",
    "TransferAdmin",
]
