"""What a view's request carries, for the type checker and the reader."""

from accounts.models import User
from audit.actors import Actor, ActorKind
from console.origin import OriginRequest


def actor_of(request: OriginRequest, user: User) -> Actor:
    """The user as the actor of what this request does, also where they are not signed in yet."""
    return Actor(kind=ActorKind.USER, user=user, origin=request.origin)


class UserRequest(OriginRequest):
    """A request of somebody who is signed in."""

    user: User
    actor: Actor
