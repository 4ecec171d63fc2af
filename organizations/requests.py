"""What a view's request carries, for the type checker and the reader."""

from django.contrib.auth.models import AnonymousUser
from django_htmx.middleware import HtmxDetails

from accounts import requests as accounts_requests
from accounts.models import User
from console.origin import OriginRequest
from organizations.actors import Actor
from organizations.models import Membership, Organization


class ContextRequest(OriginRequest):
    """Any request: the actor is there, outside of a context and signed out too."""

    user: User | AnonymousUser
    actor: Actor
    htmx: HtmxDetails
    contexts: list[Membership]
    membership: Membership | None
    organization: Organization | None


class UserRequest(accounts_requests.UserRequest):
    """A request of somebody who is signed in. ``contexts``: see ``organizations.switcher.contexts_of``."""

    actor: Actor
    htmx: HtmxDetails
    contexts: list[Membership]


class OrgRequest(UserRequest):
    """A request below ``/o/<slug>/``, by a member."""

    membership: Membership
    organization: Organization
