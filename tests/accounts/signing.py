"""Signing up and in through the pages, as people do."""

from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.proof import PROVEN_AT
from tests.reading import link_in, mails_to

PASSWORD = "plum-harbour-71"


def make_user(email: str, *, verified: bool = True) -> User:
    """Somebody with the password above."""
    return User.objects.create_user(email, PASSWORD, verified=verified)


def sign_up(client: Client, email: str, **more: str) -> HttpResponseBase:
    """Fill the sign-up form in."""
    return client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD, **more})


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> HttpResponseBase:
    """Fill the sign-in form in."""
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def browser_of(email: str) -> Client:
    """A browser in which somebody has just signed in."""
    client = Client()
    sign_in(client, email)
    return client


def prove(client: Client) -> Client:
    """Let a browser have proven a moment ago whose it is, as by signing in."""
    session = client.session
    session[PROVEN_AT] = timezone.now().timestamp()
    session.save()
    return client


def is_signed_in(client: Client) -> bool:
    """Whether the browser may see the profile."""
    return client.get("/profile/preferences/").status_code == 200


def verification_link(email: str) -> str:
    """The path of the newest link that verifies the address."""
    return link_in(mails_to(email, "verification")[-1])


def reset_link(email: str) -> str:
    """The path of the newest link to choose a new password."""
    return link_in(mails_to(email, "password-reset")[-1])


def choose_password(client: Client, link: str, password: str) -> HttpResponseBase:
    """Open a reset link, follow where it leads, and choose a password."""
    response = client.get(link)
    page = response.headers.get("Location", link)
    return client.post(page, {"password1": password, "password2": password})


def change_password(client: Client, new: str, current: str = PASSWORD, again: str | None = None) -> HttpResponseBase:
    """Fill the form on the security page in."""
    fields = {"oldpassword": current, "password1": new, "password2": new if again is None else again}
    return client.post("/profile/security/password/", fields)
