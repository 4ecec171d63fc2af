"""What an operation's request carries."""

from organizations.actors import Actor
from organizations.api.authentication.shown import ShownRequest
from organizations.models import ApiKey, Membership, Organization


class KeyRequest(ShownRequest):
    """A request that came in with a key. ``membership``: its holder's; None for a service key."""

    key: ApiKey
    actor: Actor
    membership: Membership | None
    organization: Organization
