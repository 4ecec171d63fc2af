"""Who may do what, typed by hand from PRODUCT.md: never computed from the code that it judges."""

from dataclasses import dataclass

METHODS = ("GET", "POST", "PUT", "DELETE")

SEES = {"view_organization", "view_members", "view_projects", "raise_tickets"}
ADMIN = {
    "view_organization",
    "view_members",
    "invite_members",
    "revoke_invitations",
    "decide_requests",
    "change_roles",
    "remove_members",
    "manage_roles",
    "manage_security",
    "manage_service_keys",
    "view_audit_log",
    "edit_settings",
    "export_organization",
    "view_billing",
    "pay",
    "edit_billing_details",
    "view_projects",
    "create_projects",
    "manage_projects",
    "start_services",
    "operate_services",
    "manage_restricted_projects",
    "view_infrastructure",
    "add_infrastructure",
    "manage_infrastructure",
    "connect_servers",
    "view_customer_data",
    "raise_tickets",
}
# Restricted projects are of those who were granted them, and of who manages the organization.
WORKS = {"create_projects", "manage_projects", "start_services", "operate_services"}
# Certificates, storage engines, servers: seeing goes with each, and adding is withheld while suspended.
INFRASTRUCTURE = {"view_infrastructure", "add_infrastructure", "manage_infrastructure", "connect_servers"}

# "Owner everything; Admin everything but closing the organization, transferring it and touching Owners; Billing sees
# and pays and edits the billing details; Tech manages projects, services and infrastructure; Member sees, and raises
# tickets."
ROLES: dict[str, set[str]] = {
    "owner": ADMIN | {"transfer_organization", "close_organization"},
    "admin": ADMIN,
    "billing": SEES | {"view_billing", "pay", "edit_billing_details"},
    "tech": SEES | WORKS | INFRASTRUCTURE,
    "member": SEES,
}

# Text 004: "An Owner has your same rights: he can do everything you do, and of course he can invite other users. Tech
# roles can manage resources being used …, but they cannot make payments or edit administrative information, nor
# invite users. Admin roles can edit your account details and make payments, but don't have access to resources and
# cannot invite other users."
EXOSCALE: dict[str, set[str]] = {
    "owner": ADMIN | {"transfer_organization", "close_organization"},
    "tech": SEES | WORKS | INFRASTRUCTURE,
    "admin": {
        "view_organization",
        "view_members",
        "raise_tickets",
        "edit_settings",
        "view_billing",
        "pay",
        "edit_billing_details",
    },
}

# "In `ovhcloud`, where the texts are silent: Admin everything; Member sees the organization and its members, creates
# projects and works in them, raises tickets."
OVHCLOUD: dict[str, set[str]] = {
    "admin": ADMIN | {"transfer_organization", "close_organization"},
    "member": SEES | WORKS,
}

# Text 003, the table below *Roles and permissions*, a line for each of its lines: what an Admin user may do, and
# whether a Technical user may.
PERCONA_LINES: dict[str, tuple[set[str], bool]] = {
    "View users and organization": ({"view_organization", "view_members"}, True),
    "Manage users and organization": (
        {
            "revoke_invitations",
            "decide_requests",
            "remove_members",
            "manage_roles",
            "manage_security",
            "manage_service_keys",
            "view_audit_log",
            "edit_settings",
            "export_organization",
            "transfer_organization",
            "close_organization",
        },
        False,
    ),
    "Invite members": ({"invite_members"}, True),
    "Change user role": ({"change_roles"}, False),
    "View Customer data (entitlements, Support contacts, tickets)": ({"view_customer_data"}, False),
    "Connect PMM server": ({"view_infrastructure", "connect_servers"}, True),
    "Raise Support tickets": ({"raise_tickets"}, True),
    # What the text has no line for is the administrator's.
    "": (
        {
            "view_billing",
            "pay",
            "edit_billing_details",
            "view_projects",
            "create_projects",
            "manage_projects",
            "start_services",
            "operate_services",
            "manage_restricted_projects",
            "add_infrastructure",
            "manage_infrastructure",
        },
        False,
    ),
}
PERCONA: dict[str, set[str]] = {
    "admin": {name for names, _technical in PERCONA_LINES.values() for name in names},
    "technical": {name for names, technical in PERCONA_LINES.values() if technical for name in names},
}

POLICIES: dict[str, dict[str, set[str]]] = {
    "default": ROLES,
    "exoscale": EXOSCALE,
    "ovhcloud": OVHCLOUD,
    "percona": PERCONA,
}

# Pages that a policy does not have: nobody lowers the own role, nobody asks to join ("own role: no", "never"; "public
# directory, join requests: no").
MISSING: dict[str, frozenset[str]] = {
    "exoscale": frozenset({"own_role", "join_requests", "join_request_approve", "join_request_decline"}),
    "ovhcloud": frozenset(),
    "percona": frozenset({"own_role", "join_requests", "join_request_approve", "join_request_decline"}),
}

# PRODUCT, the table below *Policies*, a column for each: personal account, organizations for one user, after signing
# in, whether that is the user's to choose, a new organization, public directory, own role, recreated from the directory
# of customers.
FACTS: dict[str, tuple[bool, int | None, str, bool, str, bool, bool, bool]] = {
    "default": (True, None, "last", True, "active", True, True, True),
    "exoscale": (True, None, "personal", False, "suspended", False, False, False),
    "ovhcloud": (False, None, "last", False, "active", True, True, False),
    "percona": (False, 1, "last", False, "active", False, False, True),
}
ROLE_NAMES: dict[str, list[str]] = {
    "default": ["Owner", "Admin", "Billing", "Tech", "Member"],
    "exoscale": ["Owner", "Tech", "Admin"],
    "ovhcloud": ["Admin", "Member"],
    "percona": ["Admin", "Technical user"],
}

# "Suspended stops creating, starting and resizing resources …; reading, … people, … leaving and revoking go on. Reason
# `staff` also stops inviting and settings."
WITHHELD: dict[str, set[str]] = {
    "": set(),
    "unfunded": {"create_projects", "start_services", "add_infrastructure", "connect_servers"},
    "past_due": {"create_projects", "start_services", "add_infrastructure", "connect_servers"},
    "staff": {
        "create_projects",
        "start_services",
        "add_infrastructure",
        "connect_servers",
        "invite_members",
        "decide_requests",
        "edit_settings",
        "manage_security",
        "manage_roles",
        "manage_service_keys",
        # Who answers for it to staff stays the same meanwhile (decision 20).
        "transfer_organization",
    },
}

# What a personal account, in which there is only one, has nothing of.
PEOPLE = {
    "view_members",
    "invite_members",
    "revoke_invitations",
    "decide_requests",
    "change_roles",
    "remove_members",
    "manage_roles",
    "manage_security",
    "manage_service_keys",
    "transfer_organization",
    "close_organization",
}


@dataclass(frozen=True)
class Address:
    """What an address below ``/o/<slug>/`` asks for, by method; a method that is not there is not answered.

    Of several permissions, with a space between, one is enough. ``of_others``: the permission without which what
    somebody else made is not there.
    """

    get: str = ""
    post: str = ""
    of_others: str = ""
    in_personal: bool = False

    def permission(self, method: str) -> str:
        """The permission that the method needs; empty where the address does not take the method."""
        return {"GET": self.get, "POST": self.post}.get(method, "")

    def is_open(self, method: str, held: set[str]) -> bool:
        """Whether who holds these permissions may send the method."""
        return not held.isdisjoint(self.permission(method).split())


# By the address's name; another namespace than `organizations` stands before it ("projects:project_new"). To add one,
# type a row. Addresses in one project (`/o/<slug>/projects/<project>/…`) stand in tests/access/project_table.py, those
# of money (`/o/<slug>/billing/…`) in tests/access/billing_table.py.
ADDRESSES: dict[str, Address] = {
    # Who was granted a project sees it in the list, whatever the role: the list itself is open, and may be empty.
    "projects:projects": Address(get="view_organization", in_personal=True),
    "projects:project_new": Address(get="create_projects", post="create_projects", in_personal=True),
    "projects:project_export": Address(get="view_organization", in_personal=True),
    "overview": Address(get="view_organization", in_personal=True),
    "leave": Address(get="view_organization", post="view_organization"),
    "own_role": Address(get="view_organization", post="view_organization"),
    "members": Address(get="view_members"),
    "join_requests": Address(get="decide_requests"),
    "join_request_approve": Address(post="decide_requests"),
    "join_request_decline": Address(get="decide_requests", post="decide_requests"),
    "member_export": Address(get="view_members"),
    "member_review": Address(get="change_roles"),
    "member_review_export": Address(get="change_roles"),
    "member_role": Address(get="change_roles", post="change_roles"),
    "member_restoration": Address(post="change_roles"),
    "member_removal": Address(get="remove_members", post="remove_members"),
    "invitations": Address(get="revoke_invitations invite_members"),
    "invitation_new": Address(get="invite_members", post="invite_members"),
    "invitation_detail": Address(get="revoke_invitations invite_members", of_others="revoke_invitations"),
    "invitation_resend": Address(post="invite_members", of_others="revoke_invitations"),
    "invitation_revoke": Address(
        get="revoke_invitations invite_members",
        post="revoke_invitations invite_members",
        of_others="revoke_invitations",
    ),
    "invitation_reminders": Address(post="edit_settings"),
    "batch_new": Address(get="invite_members", post="invite_members"),
    "batch_detail": Address(get="revoke_invitations invite_members", of_others="revoke_invitations"),
    "batch_confirm": Address(post="invite_members", of_others="revoke_invitations"),
    "batch_cancellation": Address(post="revoke_invitations invite_members", of_others="revoke_invitations"),
    "settings_audit_log": Address(get="view_audit_log", in_personal=True),
    "settings_audit_log_export": Address(get="view_audit_log", in_personal=True),
    # In a team with view_audit_log; in a personal account, which has no rules for security, its holder may.
    "settings_audit_log_stream": Address(get="manage_security", post="manage_security", in_personal=True),
    "settings_audit_log_stream_secret": Address(post="manage_security", in_personal=True),
    "settings_audit_log_stream_test": Address(post="manage_security", in_personal=True),
    "settings_audit_log_stream_removal": Address(get="manage_security", post="manage_security", in_personal=True),
    "api_keys": Address(get="view_organization", in_personal=True),
    "api_key_new": Address(get="view_organization", post="view_organization", in_personal=True),
    "api_key_service_new": Address(get="manage_service_keys", post="manage_service_keys"),
    # The walk's is the organization's.
    "api_key": Address(get="view_organization", post="view_organization", of_others="manage_service_keys"),
    "api_key_secret": Address(post="view_organization", of_others="manage_service_keys"),
    "api_key_rotation": Address(get="view_organization", post="view_organization", of_others="manage_service_keys"),
    "api_key_revocation": Address(get="view_organization", post="view_organization", of_others="manage_service_keys"),
    "settings_roles": Address(get="view_members"),
    "settings_domains": Address(get="edit_settings", in_personal=True),
    "settings_domain_new": Address(get="edit_settings", post="edit_settings", in_personal=True),
    "settings_domain": Address(get="edit_settings", in_personal=True),
    "settings_domain_check": Address(post="edit_settings", in_personal=True),
    "settings_domain_joining": Address(get="edit_settings", post="edit_settings"),
    "settings_domain_removal": Address(get="edit_settings", post="edit_settings", in_personal=True),
    "role_new": Address(get="manage_roles", post="manage_roles"),
    "role": Address(get="manage_roles", post="manage_roles"),
    "role_deletion": Address(get="manage_roles", post="manage_roles"),
    "settings_transfer": Address(get="transfer_organization", post="transfer_organization"),
    "settings_transfer_withdrawal": Address(post="transfer_organization"),
    "settings_closing": Address(get="close_organization", post="close_organization"),
    "settings_export": Address(get="export_organization", in_personal=True),
    "settings_export_new": Address(post="export_organization", in_personal=True),
    "settings_export_proof": Address(get="export_organization", post="export_organization", in_personal=True),
    "export_download": Address(get="export_organization", post="export_organization"),
    "settings": Address(
        get="edit_settings edit_billing_details manage_roles manage_security export_organization transfer_organization "
        "close_organization view_audit_log view_infrastructure",
        post="edit_settings",
        in_personal=True,
    ),
    "settings_details": Address(
        get="edit_settings edit_billing_details", post="edit_settings edit_billing_details", in_personal=True
    ),
    "settings_joining": Address(get="edit_settings", post="edit_settings"),
    "settings_logo": Address(get="edit_settings", post="edit_settings"),
    "settings_logo_removal": Address(get="edit_settings", post="edit_settings"),
    "settings_security": Address(get="manage_security"),
    "settings_security_factor": Address(get="manage_security", post="manage_security"),
    "settings_security_release": Address(get="manage_security", post="manage_security"),
    "settings_security_sessions": Address(post="manage_security"),
}
