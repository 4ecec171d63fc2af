"""The page of API keys as somebody uses it: what tests of keys share."""

import re
from typing import Any

from django.http import HttpResponseBase

from organizations.models import ApiKey, Organization
from tests.cast import Person
from tests.reading import body

PAGE = "/o/acme/api-keys/"


def pair_of(person: Person, organization: Organization) -> ApiKey:
    """The first pair of a member that is in use."""
    return ApiKey.objects.get(membership=person.membership(organization), kind="pair", revoked_at=None)


def secret_in(response: HttpResponseBase) -> str:
    """The secret that a page shows."""
    found: set[str] = set(re.findall(r"cnsl_secret_[0-9A-Za-z]{46}", body(response)))
    (secret,) = found
    return secret


def shows_secret(response: HttpResponseBase) -> bool:
    """Whether a page shows one."""
    return "cnsl_secret_" in body(response)


def fill_in(person: Person, *, below: str = "new/", **typed: Any) -> HttpResponseBase:
    """Open the form of a new key, type this, and send it."""
    path = f"{PAGE}{below}"
    form = body(person.client.get(path))
    key_id = re.search(r'name="key_id" value="([^"]+)"', form)
    assert key_id
    return person.client.post(path, {"key_id": key_id[1], "name": "Script", "lasts": "90", "networks": "", **typed})


def made(person: Person, organization: Organization, **typed: Any) -> ApiKey:
    """A further key that somebody has made on the page."""
    assert fill_in(person, **typed).status_code == 200
    return ApiKey.objects.filter(membership=person.membership(organization), kind="named").latest("id")
