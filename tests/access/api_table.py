"""Which key may use which operation of the API, typed by hand: never computed from the code that it judges."""

from dataclasses import dataclass
from typing import Any

# Whatever a key may do, it may ask which key it is, and have a token.
ANY = "any"
INVITES = "revoke_invitations invite_members"


@dataclass(frozen=True)
class Operation:
    """What an operation asks for: of several permissions, with a space between, one is enough.

    ``body``: something that it takes, so that nothing but the permission stands in the way. ``in_personal``: whether
    a personal account has it. ``in_project``: it asks for that in a project, which is not there for who may not see it.
    ``besides``: what it asks for besides, in the organization. ``of_others``: what one must hold to know of what is
    somebody else's, as what the walk has is.
    """

    needs: str
    body: Any = None
    in_personal: bool = False
    in_project: bool = False
    besides: str = ""
    of_others: str = ""

    def is_open(self, held: set[str]) -> bool:
        """Whether a key that may do this much may use it."""
        if self.besides and self.besides not in held:
            return False
        return bool(held) if self.needs == ANY else not held.isdisjoint(self.needs.split())


def in_project(needs: str, body: Any = None) -> Operation:
    """An operation about a project, or about a service in one."""
    return Operation(needs, body, in_project=True)


def money(needs: str, body: Any = None) -> Operation:
    """An operation about funds, which a personal account has, too."""
    return Operation(needs, body, in_personal=True)


def data(needs: str, body: Any = None, besides: str = "") -> Operation:
    """An operation about support, which a personal account has, too."""
    return Operation(needs, body, in_personal=True, besides=besides)


def about_ticket(needs: str, body: Any = None) -> Operation:
    """An operation on a ticket of somebody else's, which a personal account has, too."""
    return Operation(needs, body, in_personal=True, of_others="view_customer_data")


def about_access(needs: str, body: Any = None) -> Operation:
    """An operation about who may do what in a project: it names members."""
    return Operation(needs, body, in_project=True, besides="view_members")


# Nobody is asked where it leads: it leads inside.
PEM = {"certificate": "none", "key": "none"}
ENGINE = {
    "kind": "postgresql",
    "name": "New",
    "config": {"host": "10.0.0.1", "database": "data", "user": "console"},
    "secret": "secret",
}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/key"): Operation(ANY, in_personal=True),
    ("POST", "/tokens"): Operation(ANY, in_personal=True),
    # There is none: the walk comes with the key itself.
    ("GET", "/tokens/current"): Operation(ANY),
    ("DELETE", "/tokens/current"): Operation(ANY),
    ("GET", "/organization"): Operation("view_organization", in_personal=True),
    ("PATCH", "/organization"): Operation("edit_settings", {"description": "New"}, in_personal=True),
    ("GET", "/organization/joining"): Operation("edit_settings"),
    ("PATCH", "/organization/joining"): Operation("edit_settings", {"reminds_invited": False}),
    ("GET", "/organization/details"): Operation("edit_billing_details edit_settings", in_personal=True),
    ("PATCH", "/organization/details"): Operation(
        "edit_billing_details edit_settings", {"company": "New"}, in_personal=True
    ),
    ("GET", "/members"): Operation("view_members"),
    ("GET", "/members/me"): Operation("view_organization"),
    ("DELETE", "/members/me"): Operation("view_organization"),
    ("GET", "/members/{member}"): Operation("view_members"),
    ("PATCH", "/members/{member}"): Operation("change_roles", {"role": "member"}),
    ("DELETE", "/members/{member}"): Operation("remove_members"),
    ("GET", "/roles"): Operation("view_members"),
    ("POST", "/roles"): Operation("manage_roles", {"name": "New", "permissions": []}),
    ("GET", "/roles/{role}"): Operation("view_members"),
    ("PATCH", "/roles/{role}"): Operation("manage_roles", {"name": "New"}),
    ("DELETE", "/roles/{role}"): Operation("manage_roles"),
    ("GET", "/invitations"): Operation(INVITES),
    ("POST", "/invitations"): Operation("invite_members", {"email": "new.comer@example.com", "role": "member"}),
    ("GET", "/invitations/{invitation}"): Operation(INVITES),
    ("POST", "/invitations/{invitation}/sending"): Operation("invite_members"),
    ("POST", "/invitations/{invitation}/revocation"): Operation(INVITES),
    ("POST", "/invitation-batches"): Operation(
        "invite_members", {"role": "member", "rows": [{"email": "new.comer@example.com"}]}
    ),
    ("GET", "/invitation-batches/{batch}"): Operation(INVITES),
    ("GET", "/invitation-batches/{batch}/rows"): Operation(INVITES),
    ("POST", "/invitation-batches/{batch}/confirmation"): Operation("invite_members"),
    ("POST", "/invitation-batches/{batch}/cancellation"): Operation(INVITES),
    ("GET", "/requests"): Operation("decide_requests"),
    ("GET", "/requests/{request}"): Operation("decide_requests"),
    ("POST", "/requests/{request}/approval"): Operation("decide_requests", {"role": "member"}),
    ("POST", "/requests/{request}/declination"): Operation("decide_requests", {"reason": "No"}),
    ("GET", "/domains"): Operation("edit_settings", in_personal=True),
    ("POST", "/domains"): Operation("edit_settings", {"name": "new.example"}, in_personal=True),
    ("GET", "/domains/{settings}"): Operation("edit_settings", in_personal=True),
    ("POST", "/domains/{settings}/checks"): Operation("edit_settings", in_personal=True),
    ("PATCH", "/domains/{settings}"): Operation("edit_settings", {"joining": "off"}, in_personal=True),
    ("DELETE", "/domains/{settings}"): Operation("edit_settings", in_personal=True),
    ("GET", "/api-keys"): Operation("view_organization", in_personal=True),
    ("POST", "/api-keys"): Operation("view_organization", {"name": "New", "permissions": []}, in_personal=True),
    ("GET", "/api-keys/{key}"): Operation("view_organization", in_personal=True),
    ("PATCH", "/api-keys/{key}"): Operation("view_organization", {"networks": ["192.0.2.0/24"]}, in_personal=True),
    ("POST", "/api-keys/{key}/secret"): Operation("view_organization", in_personal=True),
    ("POST", "/api-keys/{key}/rotation"): Operation("view_organization", {"overlap_hours": 1}, in_personal=True),
    ("POST", "/api-keys/{key}/revocation"): Operation("view_organization", {"reason": "Lost"}, in_personal=True),
    ("GET", "/events"): Operation("view_audit_log", in_personal=True),
    ("GET", "/events/{event}"): Operation("view_audit_log", in_personal=True),
    # Who was granted a project sees it in the list, whatever the role: the list itself is open, and may be empty.
    ("GET", "/projects"): Operation("view_organization", in_personal=True),
    ("POST", "/projects"): Operation("create_projects", {"name": "New"}, in_personal=True),
    ("GET", "/projects/{project}"): in_project("view_projects"),
    ("PATCH", "/projects/{project}"): in_project("manage_projects", {"name": "New"}),
    ("DELETE", "/projects/{project}"): in_project("manage_projects"),
    ("POST", "/projects/{project}/archiving"): in_project("manage_projects"),
    ("POST", "/projects/{project}/restoration"): in_project("manage_projects"),
    ("POST", "/projects/{project}/recovery"): in_project("manage_projects"),
    ("GET", "/projects/{project}/access"): about_access("view_projects"),
    ("GET", "/projects/{project}/access/people"): about_access("view_projects"),
    ("POST", "/projects/{project}/access/people"): about_access(
        "manage_projects", {"membership": "0198c0de-7a3b-7c1d-9e2f-4b5a6c7d8e9f", "level": "view"}
    ),
    ("GET", "/projects/{project}/access/people/{member}"): about_access("view_projects"),
    ("DELETE", "/projects/{project}/access/people/{member}"): about_access("manage_projects"),
    ("POST", "/projects/{project}/access/roles"): about_access("manage_projects", {"role": "member", "level": "view"}),
    ("GET", "/projects/{project}/access/roles/{role}"): about_access("view_projects"),
    ("DELETE", "/projects/{project}/access/roles/{role}"): about_access("manage_projects"),
    ("GET", "/projects/{project}/services"): in_project("view_projects"),
    ("POST", "/projects/{project}/services"): in_project(
        "start_services", {"kind": "postgresql", "size": "small", "name": "New"}
    ),
    ("GET", "/services/{service}"): in_project("view_projects"),
    ("DELETE", "/services/{service}"): in_project("operate_services"),
    ("POST", "/services/{service}/start"): in_project("start_services"),
    ("POST", "/services/{service}/stop"): in_project("operate_services"),
    # Whichever of them what failed took.
    ("POST", "/services/{service}/retry"): in_project("operate_services start_services"),
    ("POST", "/services/{service}/size"): in_project("start_services", {"size": "large"}),
    ("GET", "/services/{service}/changes"): in_project("view_projects"),
    ("POST", "/services/{service}/outputs"): in_project("operate_services"),
    ("GET", "/catalogue"): Operation("view_organization", in_personal=True),
    ("GET", "/regions"): Operation("view_organization", in_personal=True),
    ("GET", "/billing"): money("view_billing"),
    ("GET", "/billing/entries"): money("view_billing"),
    ("GET", "/billing/usage"): money("view_billing"),
    ("GET", "/billing/plans"): money("view_billing"),
    ("GET", "/billing/plan"): money("view_billing"),
    ("POST", "/billing/plan/quote"): money("view_billing", {"plan": "team", "interval": "month"}),
    ("POST", "/billing/plan/change"): money("pay", {"plan": "team", "interval": "month", "amount": "20.00"}),
    ("POST", "/billing/plan/cancellation"): money("pay"),
    ("POST", "/billing/plan/resumption"): money("pay"),
    ("GET", "/billing/payments"): money("view_billing"),
    ("POST", "/billing/payments"): money("pay", {"amount": "20.00"}),
    ("GET", "/billing/payments/{payment}"): money("view_billing"),
    ("GET", "/billing/methods"): money("view_billing"),
    ("GET", "/billing/invoices"): money("view_billing"),
    ("GET", "/billing/invoices/{invoice}"): money("view_billing"),
    ("GET", "/billing/invoices/{invoice}/pdf"): money("view_billing"),
    ("GET", "/billing/details"): money("edit_billing_details"),
    ("PATCH", "/billing/details"): money("edit_billing_details", {"purchase_order": "PO 1"}),
    ("POST", "/billing/recipients"): money("edit_billing_details", {"email": "new@example.com"}),
    ("GET", "/billing/recipients/{recipient}"): money("edit_billing_details"),
    ("DELETE", "/billing/recipients/{recipient}"): money("edit_billing_details"),
    ("GET", "/contacts"): data("view_customer_data"),
    ("POST", "/contacts"): data("edit_settings", {"name": "New", "phone": "+33 1 23 45"}, besides="view_customer_data"),
    ("GET", "/contacts/{contact}"): data("view_customer_data"),
    ("PATCH", "/contacts/{contact}"): data("edit_settings", {"name": "New"}, besides="view_customer_data"),
    ("DELETE", "/contacts/{contact}"): data("edit_settings", besides="view_customer_data"),
    ("GET", "/entitlements"): data("view_customer_data"),
    ("GET", "/entitlements/{entitlement}"): data("view_customer_data"),
    ("GET", "/certificates"): Operation("view_infrastructure", in_personal=True),
    ("POST", "/certificates"): Operation("add_infrastructure", PEM, in_personal=True),
    ("GET", "/certificates/{certificate}"): Operation("view_infrastructure", in_personal=True),
    ("GET", "/certificates/{certificate}/chain"): Operation("view_infrastructure", in_personal=True),
    ("POST", "/certificates/{certificate}/renewal"): Operation("manage_infrastructure", PEM, in_personal=True),
    ("POST", "/certificates/{certificate}/uses"): Operation("manage_infrastructure", {"domains": []}, in_personal=True),
    ("DELETE", "/certificates/{certificate}"): Operation("manage_infrastructure", in_personal=True),
    ("GET", "/storage-engines"): Operation("view_infrastructure", in_personal=True),
    ("POST", "/storage-engines"): Operation("add_infrastructure", ENGINE, in_personal=True),
    ("GET", "/storage-engines/{engine}"): Operation("view_infrastructure", in_personal=True),
    ("PATCH", "/storage-engines/{engine}"): Operation("manage_infrastructure", {"name": "New"}, in_personal=True),
    ("DELETE", "/storage-engines/{engine}"): Operation("manage_infrastructure", in_personal=True),
    ("POST", "/storage-engines/{engine}/checks"): Operation("manage_infrastructure", in_personal=True),
    ("POST", "/storage-engines/{engine}/default"): Operation("manage_infrastructure", in_personal=True),
    ("GET", "/projects/{project}/storage"): in_project("manage_projects"),
    ("POST", "/projects/{project}/storage"): in_project(
        "manage_projects", {"engine": "0198c0de-7a3b-7c1d-9e2f-4b5a6c7d8e9f"}
    ),
    ("DELETE", "/projects/{project}/storage"): in_project("manage_projects"),
    ("GET", "/tickets"): data("raise_tickets view_customer_data"),
    ("POST", "/tickets"): data("raise_tickets", {"title": "New", "body": "It died."}),
    ("GET", "/tickets/{ticket}"): about_ticket("raise_tickets view_customer_data"),
    ("GET", "/tickets/{ticket}/messages"): about_ticket("raise_tickets view_customer_data"),
    ("POST", "/tickets/{ticket}/messages"): about_ticket("raise_tickets", {"body": "Still."}),
    ("POST", "/tickets/{ticket}/solution"): about_ticket("raise_tickets"),
    ("POST", "/tickets/{ticket}/reopening"): about_ticket("raise_tickets"),
    ("GET", "/tickets/{ticket}/attachments/{attachment}"): about_ticket("raise_tickets view_customer_data"),
    ("GET", "/servers"): Operation("view_infrastructure", in_personal=True),
    ("GET", "/servers/{server}"): Operation("view_infrastructure", in_personal=True),
    # Who connected it may, too: the walk's was connected by nobody who is there.
    ("DELETE", "/servers/{server}"): Operation(
        "view_infrastructure", in_personal=True, besides="manage_infrastructure"
    ),
}

# What takes no key, but what a backend has signed (tests/projects/test_reports.py), or the token or secret of a server
# (tests/infrastructure/test_servers_api.py).
SIGNED = {
    ("POST", "/servers"),
    ("POST", "/servers/{server}/heartbeats"),
    ("GET", "/provisioning/operations/{operation}"),
    ("POST", "/provisioning/operations/{operation}/reports"),
}
