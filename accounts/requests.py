"""What a view's request carries, for the type checker and the reader."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from audit.actors import Actor, ActorKind
from console.origin import OriginRequest


def actor_of(request: OriginRequest, user: User) -> Actor:
    """The user as the actor of what this request does, also where they are not signed in yet."""
    return Actor(kind=ActorKind.USER, user=user, origin=request.origin)


class VisitorRequest(OriginRequest):
    """A request of anybody, signed in or not."""

    user: User | AnonymousUser
    actor: Actor


class UserRequest(VisitorRequest):
    """A request of somebody who is signed in."""

    user: User
    actor: Actor
