"""What a view's request carries, for the type checker and the reader."""

from django_htmx.middleware import HtmxDetails

from accounts.models import User
from console.origin import OriginRequest

from .actors import Actor
from .models import Membership, Organization


class ContextRequest(OriginRequest):
    """Any request: the actor is there, outside of a context and signed out too."""

    actor: Actor
    htmx: HtmxDetails
    membership: Membership | None
    organization: Organization | None


class UserRequest(ContextRequest):
    """A request of somebody who is signed in."""

    user: User


class OrgRequest(UserRequest):
    """A request below ``/o/<slug>/``, by a member."""

    membership: Membership
    organization: Organization
