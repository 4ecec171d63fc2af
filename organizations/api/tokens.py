"""Tokens, in place of the key and its secret for some minutes."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from console.api.problems import Problem
from console.api.schemas import Given
from organizations.actions import api_tokens
from organizations.actions.api_tokens import LONGEST_MINUTES, MINUTES
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import ApiToken
from organizations.roles import Permission

operations = Operations("Tokens")
# Whatever a key may do, a token of it may: so whoever may do anything may have one.
ANYTHING = tuple(Permission)


class TokenAsked(Given):
    """How long the token is to live."""

    minutes: int = Field(MINUTES, ge=1, le=LONGEST_MINUTES, description="How long it lives.")


class TokenMade(Schema):
    """A token, which is shown this once."""

    token: str = Field(description="What to send as `Authorization: Bearer …`.")
    expires_at: datetime = Field(description="Earlier than asked for where the key or its secret ends before.")


class TokenShown(Schema):
    """The token that a request came in with."""

    created_at: datetime
    expires_at: datetime


@operations.issue("/tokens", *ANYTHING, returns=TokenMade)
def create_token(request: KeyRequest, asked: TokenAsked | None = None) -> TokenMade:
    """Make a token for the key, with its secret or a signature.

    It may do what the key may, and dies with it, with its membership, and when its secret is rotated.
    """
    minutes = asked.minutes if asked else MINUTES
    issued = api_tokens.make_token(key=request.key, minutes=minutes, until=request.shown.until, by=request.actor)
    return TokenMade(token=issued.token, expires_at=issued.row.expires_at)


@operations.get("/tokens/current", *ANYTHING, returns=TokenShown)
def show_token(request: KeyRequest) -> ApiToken:
    """Show until when the token lives that the request came in with."""
    return _current(request)


@operations.delete("/tokens/current", *ANYTHING)
def end_token(request: KeyRequest) -> None:
    """End the token that the request came in with."""
    api_tokens.end_token(token=_current(request), by=request.actor)


def _current(request: KeyRequest) -> ApiToken:
    if request.shown.token is None:
        raise Problem.not_found()
    return request.shown.token
