"""The tenant and who is in it."""

from organizations.models.allowance import Allowance
from organizations.models.api_key import ApiKey, ApiKeyAddress, ApiToken
from organizations.models.audit_stream import AuditStream
from organizations.models.batch import BatchRow, InvitationBatch
from organizations.models.closing import Closing
from organizations.models.details import Details
from organizations.models.domain import Domain, Removal
from organizations.models.export import OrganizationExport
from organizations.models.idempotent_request import IdempotentRequest
from organizations.models.invitation import Invitation
from organizations.models.join_request import JoinRequest
from organizations.models.landing import Landing
from organizations.models.membership import Membership
from organizations.models.organization import Discoverability, Kind, Organization, Slug, Status
from organizations.models.policy import PolicyInForce
from organizations.models.role import CustomRole, role_of, roles_of
from organizations.models.transfer import Appointment, Transfer
from organizations.suspension import Reason

__all__ = [
    "Allowance",
    "ApiKey",
    "ApiKeyAddress",
    "ApiToken",
    "Appointment",
    "AuditStream",
    "BatchRow",
    "Closing",
    "CustomRole",
    "Details",
    "Discoverability",
    "Domain",
    "IdempotentRequest",
    "Invitation",
    "InvitationBatch",
    "JoinRequest",
    "Kind",
    "Landing",
    "Membership",
    "Organization",
    "OrganizationExport",
    "PolicyInForce",
    "Reason",
    "Removal",
    "Slug",
    "Status",
    "Transfer",
    "role_of",
    "roles_of",
]
