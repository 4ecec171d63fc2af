"""The tenant and who is in it."""

from .invitation import Invitation
from .membership import Membership
from .organization import Allowance, Kind, Organization, Slug, Status

__all__ = ["Allowance", "Invitation", "Kind", "Membership", "Organization", "Slug", "Status"]
