"""Organizations in the admin: what staff act on, and what they only read."""

from organizations.admin.keys import ApiKeyAdmin
from organizations.admin.people import (
    AppointmentAdmin,
    ClosingAdmin,
    DomainAdmin,
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

__all__ = [
    "ApiKeyAdmin",
    "AppointmentAdmin",
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
