"""A monitoring server as the console sees it: it connects with a token, and reports with its secret."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from infrastructure.actions.server_tokens import make_server_token
from organizations.models import Organization
from tests.cast import Person
from tests.reading import body

SERVERS = "/api/v1/servers"
SAYS = {"id": "pmm-1", "name": "Factory floor", "url": "https://pmm.example.com/", "version": "3.1.0"}


@dataclass
class Box:
    """A server; once connected, with its id here and its secret."""

    pk: str = ""
    secret: str = field(default="", repr=False)
    client: Client = field(default_factory=Client)

    def connect(self, token: str, **says: Any) -> Any:
        """Say who it is, with a token; the answer."""
        answer = self.send(SERVERS, token, {**SAYS, **says})
        if answer.status_code == 201:
            self.pk, self.secret = answer.json()["id"], answer.json()["secret"]
        return answer

    def beat(self, **says: Any) -> Any:
        """Report; the answer."""
        return self.send(f"{SERVERS}/{self.pk}/heartbeats", self.secret, {"version": "3.1.0", **says})

    def send(self, path: str, credential: str, says: Any) -> Any:
        """Send this with that as a Bearer."""
        return self.client.post(
            path, json.dumps(says), content_type="application/json", headers={"Authorization": f"Bearer {credential}"}
        )


def token_of(person: Person, organization: Organization) -> str:
    """A token that somebody made a moment ago."""
    return make_server_token(organization=organization, by=person.actor(organization)).token


def token_on_page(person: Person, slug: str = "acme") -> str:
    """The token that the page shows, once, to who presses the button."""
    page = person.client.post(f"/o/{slug}/settings/servers/tokens/new/")
    found = re.search(r'value="(cnsl_connect_[0-9A-Za-z]+)"', body(page))
    assert found, body(page)
    return found[1]


def connected(person: Person, organization: Organization, **says: Any) -> Box:
    """A server that somebody connected a moment ago."""
    box = Box()
    assert box.connect(token_of(person, organization), **says).status_code == 201
    return box
