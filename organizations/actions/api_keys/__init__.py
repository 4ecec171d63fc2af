"""API keys: made, changed, rotated, ended (text 004, *Accounts and API keys*).

A first pair comes with its membership (`Membership.save`). A secret is returned once, by the action that makes it, and
stands in no event, mail, log or session.
"""

from organizations.actions.api_keys.changing import edit_key, limit_networks
from organizations.actions.api_keys.ending import revoke_key
from organizations.actions.api_keys.expiry import end_expired_keys, tell_of_key_ends
from organizations.actions.api_keys.making import create_key, create_service_key
from organizations.actions.api_keys.pruning import prune_keys
from organizations.actions.api_keys.secrets import Issued, make_secret, rotate_secret

__all__ = [
    "Issued",
    "create_key",
    "create_service_key",
    "edit_key",
    "end_expired_keys",
    "limit_networks",
    "make_secret",
    "prune_keys",
    "revoke_key",
    "rotate_secret",
    "tell_of_key_ends",
]
