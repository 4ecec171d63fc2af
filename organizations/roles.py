"""What may be done in an organization. A role is a named set of these; which roles there are, the policy says.

The table that people see, the check in front of every view and the narrowing by a suspension all read this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that a role may allow. The value stands in audit events and API scopes: never rename it."""

    VIEW_ORGANIZATION = "view_organization"
    VIEW_MEMBERS = "view_members"
    INVITE_MEMBERS = "invite_members"
    REVOKE_INVITATIONS = "revoke_invitations"
    DECIDE_REQUESTS = "decide_requests"
    CHANGE_ROLES = "change_roles"
    REMOVE_MEMBERS = "remove_members"
    MANAGE_ROLES = "manage_roles"
    MANAGE_SECURITY = "manage_security"
    EDIT_SETTINGS = "edit_settings"
    MANAGE_SERVICE_KEYS = "manage_service_keys"
    VIEW_AUDIT_LOG = "view_audit_log"
    EXPORT_ORGANIZATION = "export_organization"
    TRANSFER_ORGANIZATION = "transfer_organization"
    CLOSE_ORGANIZATION = "close_organization"
    VIEW_BILLING = "view_billing"
    PAY = "pay"
    EDIT_BILLING_DETAILS = "edit_billing_details"
    VIEW_PROJECTS = "view_projects"
    CREATE_PROJECTS = "create_projects"
    MANAGE_PROJECTS = "manage_projects"
    START_SERVICES = "start_services"
    OPERATE_SERVICES = "operate_services"
    MANAGE_RESTRICTED_PROJECTS = "manage_restricted_projects"
    VIEW_INFRASTRUCTURE = "view_infrastructure"
    ADD_INFRASTRUCTURE = "add_infrastructure"
    MANAGE_INFRASTRUCTURE = "manage_infrastructure"
    CONNECT_SERVERS = "connect_servers"
    VIEW_CUSTOMER_DATA = "view_customer_data"
    RAISE_TICKETS = "raise_tickets"

    @property
    def label(self) -> Any:
        """What it lets one do, as the end of *You may …*."""
        return LABELS[self]


LABELS: Mapping[Permission, Any] = {
    Permission.VIEW_ORGANIZATION: _("see the organization"),
    Permission.VIEW_MEMBERS: _("see its members"),
    Permission.INVITE_MEMBERS: _("invite members"),
    Permission.REVOKE_INVITATIONS: _("see and revoke invitations"),
    Permission.DECIDE_REQUESTS: _("decide who may join"),
    Permission.CHANGE_ROLES: _("change the roles of members"),
    Permission.REMOVE_MEMBERS: _("remove members"),
    Permission.MANAGE_ROLES: _("make and change roles"),
    Permission.MANAGE_SECURITY: _("set the rules for security"),
    Permission.EDIT_SETTINGS: _("edit the settings"),
    Permission.MANAGE_SERVICE_KEYS: _("make and revoke the organization's API keys"),
    Permission.VIEW_AUDIT_LOG: _("see the audit log"),
    Permission.EXPORT_ORGANIZATION: _("export what the organization owns"),
    Permission.TRANSFER_ORGANIZATION: _("transfer the organization"),
    Permission.CLOSE_ORGANIZATION: _("close the organization"),
    Permission.VIEW_BILLING: _("see what is billed"),
    Permission.PAY: _("pay"),
    Permission.EDIT_BILLING_DETAILS: _("edit the billing details"),
    Permission.VIEW_PROJECTS: _("see the projects"),
    Permission.CREATE_PROJECTS: _("create projects"),
    Permission.MANAGE_PROJECTS: _("manage projects, and who may do what in them"),
    Permission.START_SERVICES: _("request, start and resize services"),
    Permission.OPERATE_SERVICES: _("stop and delete services, and see their credentials"),
    Permission.MANAGE_RESTRICTED_PROJECTS: _("do so in restricted projects, too"),
    Permission.VIEW_INFRASTRUCTURE: _("see certificates, storage engines and servers"),
    Permission.ADD_INFRASTRUCTURE: _("add certificates and storage engines"),
    Permission.MANAGE_INFRASTRUCTURE: _("change and remove certificates, storage engines and servers"),
    Permission.CONNECT_SERVERS: _("connect monitoring servers"),
    Permission.VIEW_CUSTOMER_DATA: _("see entitlements, contacts and every ticket"),
    Permission.RAISE_TICKETS: _("raise support tickets"),
}

# How a page that lists permissions puts them together.
GROUPS: Sequence[tuple[Any, tuple[Permission, ...]]] = (
    (
        _("People"),
        (
            Permission.VIEW_MEMBERS,
            Permission.INVITE_MEMBERS,
            Permission.REVOKE_INVITATIONS,
            Permission.DECIDE_REQUESTS,
            Permission.CHANGE_ROLES,
            Permission.REMOVE_MEMBERS,
        ),
    ),
    (
        _("The organization"),
        (
            Permission.VIEW_ORGANIZATION,
            Permission.EDIT_SETTINGS,
            Permission.MANAGE_ROLES,
            Permission.MANAGE_SECURITY,
            Permission.MANAGE_SERVICE_KEYS,
            Permission.VIEW_AUDIT_LOG,
            Permission.EXPORT_ORGANIZATION,
            Permission.TRANSFER_ORGANIZATION,
            Permission.CLOSE_ORGANIZATION,
        ),
    ),
    (_("Billing"), (Permission.VIEW_BILLING, Permission.PAY, Permission.EDIT_BILLING_DETAILS)),
    (
        _("Projects and infrastructure"),
        (
            Permission.VIEW_PROJECTS,
            Permission.CREATE_PROJECTS,
            Permission.MANAGE_PROJECTS,
            Permission.START_SERVICES,
            Permission.OPERATE_SERVICES,
            Permission.MANAGE_RESTRICTED_PROJECTS,
            Permission.VIEW_INFRASTRUCTURE,
            Permission.ADD_INFRASTRUCTURE,
            Permission.MANAGE_INFRASTRUCTURE,
            Permission.CONNECT_SERVERS,
        ),
    ),
    (_("Support"), (Permission.RAISE_TICKETS, Permission.VIEW_CUSTOMER_DATA)),
)

EVERYTHING = frozenset(Permission)

# What every role holds: who could not even see the organization would be no member.
HELD_BY_ALL = frozenset({Permission.VIEW_ORGANIZATION})

# What only the founder's role holds, under every policy: no other role can be given it, so none covers the founder's.
FOUNDERS_ONLY = frozenset({Permission.TRANSFER_ORGANIZATION, Permission.CLOSE_ORGANIZATION})

# What only makes sense where there are several people: a personal account has none of it, and no page for it.
PEOPLE = frozenset(
    {
        Permission.VIEW_MEMBERS,
        Permission.INVITE_MEMBERS,
        Permission.REVOKE_INVITATIONS,
        Permission.DECIDE_REQUESTS,
        Permission.CHANGE_ROLES,
        Permission.REMOVE_MEMBERS,
        Permission.MANAGE_ROLES,
        Permission.MANAGE_SECURITY,
        Permission.MANAGE_SERVICE_KEYS,
        Permission.TRANSFER_ORGANIZATION,
        Permission.CLOSE_ORGANIZATION,
    }
)


# What can be done in a project: a role gives it in all of them, a grant in one (projects.levels).
IN_PROJECTS = frozenset(
    {
        Permission.VIEW_PROJECTS,
        Permission.MANAGE_PROJECTS,
        Permission.START_SERVICES,
        Permission.OPERATE_SERVICES,
    }
)

# What is set up once for all projects. Who may do something about it sees it.
IN_INFRASTRUCTURE = frozenset(
    {Permission.ADD_INFRASTRUCTURE, Permission.MANAGE_INFRASTRUCTURE, Permission.CONNECT_SERVERS}
)


def with_needed(permissions: Iterable[Permission]) -> frozenset[Permission]:
    """These, with what every role holds; who may do something about people, projects or servers sees them, too."""
    held = frozenset(permissions) | HELD_BY_ALL
    if held & PEOPLE:
        held |= {Permission.VIEW_MEMBERS}
    if held & (IN_PROJECTS | {Permission.CREATE_PROJECTS, Permission.MANAGE_RESTRICTED_PROJECTS}):
        held |= {Permission.VIEW_PROJECTS}
    if held & IN_INFRASTRUCTURE:
        held |= {Permission.VIEW_INFRASTRUCTURE}
    return held


# What at least one page of an organization's settings asks for: who holds one of them is shown the settings.
IN_SETTINGS = (
    Permission.EDIT_SETTINGS,
    Permission.EDIT_BILLING_DETAILS,
    Permission.MANAGE_ROLES,
    Permission.MANAGE_SECURITY,
    Permission.VIEW_AUDIT_LOG,
    Permission.EXPORT_ORGANIZATION,
    Permission.TRANSFER_ORGANIZATION,
    Permission.CLOSE_ORGANIZATION,
    Permission.VIEW_INFRASTRUCTURE,
)
