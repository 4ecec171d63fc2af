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
    "edit_settings",
    "export_organization",
    "view_billing",
    "pay",
    "edit_billing_details",
    "view_projects",
    "manage_projects",
    "manage_infrastructure",
    "connect_servers",
    "view_customer_data",
    "raise_tickets",
}

# "Owner everything; Admin everything but closing the organization, transferring it and touching Owners; Billing sees
# and pays and edits the billing details; Tech manages projects, services and infrastructure; Member sees, and raises
# tickets."
ROLES: dict[str, set[str]] = {
    "owner": ADMIN | {"transfer_organization", "close_organization"},
    "admin": ADMIN,
    "billing": SEES | {"view_billing", "pay", "edit_billing_details"},
    "tech": SEES | {"manage_projects", "manage_infrastructure", "connect_servers"},
    "member": SEES,
}

# "Suspended stops creating, starting and resizing resources …; reading, … people, … leaving and revoking go on. Reason
# `staff` also stops inviting and settings."
WITHHELD: dict[str, set[str]] = {
    "": set(),
    "unfunded": {"manage_projects", "manage_infrastructure", "connect_servers"},
    "past_due": {"manage_projects", "manage_infrastructure", "connect_servers"},
    "staff": {
        "manage_projects",
        "manage_infrastructure",
        "connect_servers",
        "invite_members",
        "decide_requests",
        "edit_settings",
        "manage_security",
        "manage_roles",
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
    "transfer_organization",
    "close_organization",
}


@dataclass(frozen=True)
class Address:
    """What an address below ``/o/<slug>/`` asks for, by method; a method that is not there is not answered."""

    get: str = ""
    post: str = ""
    in_personal: bool = False

    def permission(self, method: str) -> str:
        """The permission that the method needs; empty where the address does not take the method."""
        return {"GET": self.get, "POST": self.post}.get(method, "")


ADDRESSES: dict[str, Address] = {
    "overview": Address(get="view_organization", in_personal=True),
    "leave": Address(get="view_organization", post="view_organization"),
    "members": Address(get="view_members"),
    "member_role": Address(get="change_roles", post="change_roles"),
    "member_removal": Address(get="remove_members", post="remove_members"),
    "invitations": Address(get="revoke_invitations"),
    "invitation_new": Address(get="invite_members", post="invite_members"),
    "invitation_detail": Address(get="revoke_invitations"),
    "invitation_resend": Address(post="invite_members"),
    "invitation_revoke": Address(get="revoke_invitations", post="revoke_invitations"),
    "settings": Address(get="edit_settings", post="edit_settings", in_personal=True),
}
