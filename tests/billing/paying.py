"""Paying as a person does: on our page, at the sandbox's, and back."""

import re
from html import unescape
from typing import Any

from django.test import Client

from billing.models import Payment
from organizations.models import Organization
from tests.reading import body

GOOD, DECLINED, CHALLENGE = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 3220"
PROCESSES, SILENT, DISPUTED_WON, LATER = (
    "4000 0000 0000 0101", "4000 0000 0000 0077", "4000 0000 0000 1976", "4000 0000 0000 0341"
)  # fmt: skip


def address(organization: Organization, path: str) -> str:
    """The address of a page of billing."""
    return f"/o/{organization.slug}/billing/{path}"


def begin(client: Client, organization: Organization, amount: str = "50", **fields: Any) -> str:
    """Fill the form in; the address that the person is sent on to."""
    page = address(organization, "payments/new/")
    sent = {"token": token_of(client, page), "amount": amount, **fields}
    response = client.post(page, sent)
    assert response.status_code == 302, body(response)
    return str(response["Location"])


def token_of(client: Client, page: str) -> str:
    """What the form of a page carries, so that it counts once."""
    match = re.search(r'name="token" value="([^"]+)"', body(client.get(page)))
    assert match
    return unescape(match[1])


def type_card(client: Client, page: str, number: str = GOOD, **fields: str) -> Any:
    """Type a card at the sandbox; its answer."""
    return client.post(page, {"number": number, "expiry": "12 / 99", "cvc": "123", **fields})


def pay(client: Client, organization: Organization, amount: str = "50", number: str = GOOD, **fields: Any) -> Payment:
    """Pay from the first page to the last; the payment as it is then."""
    response = type_card(client, begin(client, organization, amount, **fields), number)
    assert response.status_code == 302, body(response)
    client.get(response["Location"], follow=True)
    return Payment.objects.filter(account=organization.pk).latest("id")
