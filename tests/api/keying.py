"""Keys for tests, and requests that come in with them."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from audit.models import Event
from organizations.actions.api_keys.secrets import issue
from organizations.models import ApiKey, Organization
from organizations.roles import Permission
from tests.cast import Person

API = "/api/v1"


@dataclass
class Program:
    """A program with a key and its secret: ``program.get("/members", q="mia")`` asks ``/api/v1/members?q=mia``."""

    key: ApiKey
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def basic(self) -> str:
        """What it sends as ``Authorization``."""
        return basic(self.key.access_id, self.secret)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Any:
        """Ask for something."""
        return self.client.get(API + path, query, headers={"Authorization": self.basic, **(headers or {})})

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Send something as JSON; without ``body``, nothing."""
        return self.client.generic(
            method,
            API + path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": self.basic, **(headers or {})},
        )

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Make something, or change its state."""
        return self.send("POST", path, body, headers)


def program_of(person: Person, organization: Organization, **fields: Any) -> Program:
    """The program of a member, with the first pair there; with ``permissions`` or other fields, a further key."""
    membership = person.membership(organization)
    if not fields:
        return _with_secret(ApiKey.objects.get(membership=membership, kind="pair", revoked_at=None))
    named = {"kind": "named", "name": "Deployment", "permissions": set(Permission), **fields}
    return _with_secret(ApiKey(organization=organization, membership=membership, **_allowed(named)))


def service_program(organization: Organization, **fields: Any) -> Program:
    """A program of an organization's own."""
    named = {"kind": "service", "name": "Robot", "permissions": set(Permission), **fields}
    return _with_secret(ApiKey(organization=organization, **_allowed(named)))


def basic(access_id: str, secret: str) -> str:
    """HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{access_id}:{secret}".encode()).decode()


def problem(response: HttpResponseBase) -> tuple[int, str]:
    """The status and the code of a problem."""
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]  # type: ignore[attr-defined] # the test client's


def logged(action: str) -> dict[str, Any]:
    """The newest event of that name: who, with which key, on what."""
    event = Event.objects.filter(action=action).latest("id")
    return {"actor": event.actor_id, "key": event.key_id, "target": event.target_id, "outcome": event.outcome}


def _allowed(fields: dict[str, Any]) -> dict[str, Any]:
    never = {Permission.TRANSFER_ORGANIZATION, Permission.CLOSE_ORGANIZATION}
    return {**fields, "permissions": frozenset(fields["permissions"]) - never}


def _with_secret(key: ApiKey) -> Program:
    issued = issue(key)
    key.save()
    return Program(key, issued.secret)
