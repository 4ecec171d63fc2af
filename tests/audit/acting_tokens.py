"""Actions on tokens, for the test of every action: what each does, and the event that it must leave."""

from collections.abc import Callable

from organizations import actions
from organizations.actions.api_tokens import IssuedToken
from organizations.actors import Actor
from organizations.models import ApiKey
from tests.audit.acting_keys import named
from tests.cast import Cast


def mias_program(key: ApiKey) -> Actor:
    """Mia's program, which came in with this key."""
    return Actor.program(ApiKey.objects.select_related("membership__user", "organization").get(pk=key.pk))


def issue(cast: Cast) -> IssuedToken:
    """Mia's program gets a token."""
    key = named(cast)
    return actions.make_token(key=key, by=mias_program(key))


def end(cast: Cast) -> None:
    """Mia's program gives it back."""
    token = issue(cast).row
    actions.end_token(token=token, by=mias_program(token.key))


TOKENS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "make_token": ("api_token.created", issue),
    "end_token": ("api_token.ended", end),
}
