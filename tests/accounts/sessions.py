"""Browsers in which somebody is signed in, and the rows of their sessions."""

from datetime import UTC, datetime, timedelta

from django.test import Client

from accounts.models import Session, User
from tests.accounts.signing import sign_in

NINA = "nina.new@example.com"
PAGE = "/profile/security/sessions/"
OTHERS = f"{PAGE}others/ending/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


def browser(agent: str = LINUX, address: str = "198.51.100.7") -> Client:
    return Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)


def signed_in_browser(email: str = NINA, agent: str = LINUX, address: str = "198.51.100.7") -> Client:
    client = browser(agent, address)
    sign_in(client, email)
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def row_of(client: Client) -> Session:
    return Session.objects.get(session_key=key_of(client))


def fill(user: User, count: int) -> None:
    """So many sessions of a user, the last used an hour ago and more."""
    now = datetime.now(UTC)
    for number in range(count):
        Session.objects.create(
            user=user,
            session_key=f"made{number:028}",
            session_data="",
            signed_in_at=now,
            expire_date=now + timedelta(days=1),
            last_active_at=now - timedelta(hours=number + 1),
        )
