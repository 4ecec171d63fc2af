"""Signing in and linking by a provider, as people do: from our button to their page, and back."""

from django.http import HttpResponseBase
from django.test import Client

from audit.models import Event
from tests.fixtures.providers import Elsewhere

LOGIN = "/accounts/oidc/{}/login/"
LINKING = "/profile/security/linked-accounts/{}/linking/"
REMOVAL = "/profile/security/linked-accounts/{}/removal/"
CALLBACK = "/accounts/oidc/{}/login/callback/"


def leave(client: Client, path: str, **fields: str) -> str:
    """Press a button of ours that leads to a provider; the address of the page there."""
    answer = client.post(path, fields)
    assert answer.status_code == 302, answer.content
    return answer.headers["Location"]


def continue_with(
    client: Client,
    elsewhere: Elsewhere,
    subject: str,
    provider: str = "example",
    *,
    follow: bool = False,
    **fields: str,
) -> HttpResponseBase:
    """Sign in or up as somebody of the provider's; ``follow``: to the page that one ends on."""
    return client.get(elsewhere.agree(leave(client, LOGIN.format(provider), **fields), subject), follow=follow)


def link(client: Client, elsewhere: Elsewhere, subject: str, provider: str = "example") -> HttpResponseBase:
    """Link somebody of the provider's to whoever is signed in."""
    return client.get(elsewhere.agree(leave(client, LINKING.format(provider)), subject), follow=True)


def unlink(client: Client, provider: str = "example") -> HttpResponseBase:
    """Press *Unlink*."""
    return client.post(REMOVAL.format(provider), follow=True)


def denials() -> list[str]:
    """Why sign-ins were refused, by the log."""
    events = Event.objects.filter(action="account.signed_in", outcome=Event.Outcome.DENIED).order_by("id")
    return [event.after["code"] for event in events]
