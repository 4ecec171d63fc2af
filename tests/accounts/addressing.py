"""Adding, moving and removing addresses through the pages, as people do."""

from allauth.account.models import EmailAddress
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from audit.models import Event
from tests.accounts.signing import (
    verification_link,
)
from tests.reading import link_in, mails_to

OLD, NEW, THIRD = "vera@example.com", "vera.new@example.com", "vera.third@example.com"
PAGE = "/profile/preferences/addresses/"
CHOSEN = "walnut-ferry-38"


def add(client: Client, email: str) -> HttpResponseBase:
    return client.post(f"{PAGE}new/", {"email": email}, follow=True)


def add_verified(client: Client, email: str) -> None:
    add(client, email)
    client.post(verification_link(email))


def make_primary(client: Client, email: str) -> HttpResponseBase:
    return client.post(f"{PAGE}primary/", {"email": email}, follow=True)


def remove(client: Client, email: str) -> HttpResponseBase:
    return client.post(f"{PAGE}removal/", {"email": email}, follow=True)


def undo_link(email: str = OLD) -> str:
    return link_in(mails_to(email, "primary-address-undo")[-1])


def state(user: User) -> dict[str, str]:
    """The addresses of the user, by what they are."""
    addresses = EmailAddress.objects.filter(user=user)
    return {a.email: "primary" if a.primary else "verified" if a.verified else "waiting" for a in addresses}


def events(user: User) -> list[str]:
    found = Event.objects.filter(subject_id=user.pk, outcome="done", action__contains="address").order_by("id")
    return list(found.values_list("action", flat=True))


def carried_in(question: HttpResponseBase) -> str:
    source = bytes(question.content).decode()  # type: ignore[attr-defined] # no page here is streamed
    return source.partition('name="carried" value="')[2].partition('"')[0]
