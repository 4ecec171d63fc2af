"""The tenant and who is in it."""

from organizations.models.invitation import Invitation
from organizations.models.membership import Membership
from organizations.models.organization import Allowance, Kind, Organization, Slug, Status

__all__ = ["Allowance", "Invitation", "Kind", "Membership", "Organization", "Slug", "Status"]
