"""The events of organizations in words, and how the filter of their log groups them (audit.lines)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from audit.lines import Line
from organizations.lines.domains import DOMAINS
from organizations.lines.invitations import INVITATIONS
from organizations.lines.keys import KEYS
from organizations.lines.organization import BILLING, EXPORTS, ORGANIZATION, SECURITY, SETTINGS
from organizations.lines.people import PEOPLE
from organizations.lines.roles import ROLES

LINES: Mapping[str, Line] = {
    **PEOPLE, **INVITATIONS, **ROLES, **SECURITY, **KEYS, **SETTINGS, **DOMAINS, **BILLING, **EXPORTS, **ORGANIZATION,
}  # fmt: skip

GROUPS = (
    ("people", _("People"), PEOPLE),
    ("invitations", _("Invitations"), INVITATIONS),
    ("roles", _("Roles"), ROLES),
    ("security", _("Security"), SECURITY),
    ("keys", _("API keys"), KEYS),
    ("settings", _("Settings"), SETTINGS),
    ("domains", _("Domains"), DOMAINS),
    ("billing", _("Billing"), BILLING),
    ("exports", _("Exports"), EXPORTS),
    ("organization", _("State of the organization"), ORGANIZATION),
)
