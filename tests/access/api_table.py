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
    a personal account has it.
    """

    needs: str
    body: Any = None
    in_personal: bool = False

    def is_open(self, held: set[str]) -> bool:
        """Whether a key that may do this much may use it."""
        return bool(held) if self.needs == ANY else not held.isdisjoint(self.needs.split())


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
    ("GET", "/api-keys"): Operation("view_organization", in_personal=True),
    ("POST", "/api-keys"): Operation("view_organization", {"name": "New", "permissions": []}, in_personal=True),
    ("GET", "/api-keys/{key}"): Operation("view_organization", in_personal=True),
    ("PATCH", "/api-keys/{key}"): Operation("view_organization", {"networks": ["192.0.2.0/24"]}, in_personal=True),
    ("POST", "/api-keys/{key}/secret"): Operation("view_organization", in_personal=True),
    ("POST", "/api-keys/{key}/rotation"): Operation("view_organization", {"overlap_hours": 1}, in_personal=True),
    ("POST", "/api-keys/{key}/revocation"): Operation("view_organization", {"reason": "Lost"}, in_personal=True),
    ("GET", "/events"): Operation("view_audit_log", in_personal=True),
    ("GET", "/events/{event}"): Operation("view_audit_log", in_personal=True),
}
