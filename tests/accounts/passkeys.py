"""Using passkeys as a browser does: ask what is to be signed, sign it, send the answer."""

from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from tests.authenticator import Authenticator

NEW = "/profile/security/mfa/passkeys/new/"
FACTOR = "/accounts/login/second-factor/"
ALONE = "/accounts/login/passkey/"


def ask(client: Client, page: str) -> dict[str, Any]:
    """What the browser is to sign on that page."""
    options: dict[str, Any] = client.post(f"{page}challenge/").json()
    return options


def enrol(client: Client, device: Authenticator | None = None) -> Authenticator:
    """A device that has a passkey of whoever is signed in, as it was proven a moment ago."""
    device = device or Authenticator()
    response = client.post(NEW, {"answer": device.create(ask(client, NEW))})
    assert response.status_code == 302, response.content.decode()
    return device


def sign_in_alone(client: Client, device: Authenticator, **more: str) -> HttpResponseBase:
    """Sign in with the passkey of ``device`` and nothing else."""
    return client.post(ALONE, {"answer": device.get(ask(client, ALONE)), **more})


def give_factor(client: Client, device: Authenticator, **more: str) -> HttpResponseBase:
    """Answer the question for the second factor."""
    return client.post(FACTOR, {"kind": "passkey", "code": device.get(ask(client, FACTOR)), **more})
