"""What a view's request carries, for the type checker and the reader."""

from accounts.models import User
from audit.actors import Actor
from console.origin import OriginRequest


class UserRequest(OriginRequest):
    """A request of somebody who is signed in."""

    user: User
    actor: Actor
