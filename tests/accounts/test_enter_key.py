"""The key Enter in the field of a code sends it: a browser presses the first button (HTML, *Implicit submission*)."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.factors import CHALLENGE, give_app, is_in
from tests.accounts.phones import code_sent_to, give_phone
from tests.accounts.signing import make_user, sign_in
from tests.reading import body

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(settings: Settings) -> User:
    """Dora, who has an app and a telephone."""
    settings.SMS_GATEWAY = "console"
    user = make_user("dora@example.com")
    give_app(user)
    give_phone(user)
    return user


def first_button(page: HttpResponseBase) -> dict[str, str]:
    """What the first button that sends the form of the question adds to it."""
    [form] = [form for form in re.findall(r"<form.*?</form>", body(page), re.DOTALL) if 'name="code"' in form]
    button = re.findall(r"<button[^>]*type=\"submit\"[^>]*>", form)[0]
    return dict(re.findall(r'name="(\w+)" value="(\w+)"', button))


def test_at_the_sign_in_it_sends_the_code_of_a_text_message(dora: User) -> None:
    client = Client()
    sign_in(client, dora.email)
    asked = client.post(CHALLENGE, {"method": "phone"})
    client.post(CHALLENGE, {"kind": "phone", "code": code_sent_to(), **first_button(asked)})
    assert is_in(client)


def test_another_code_is_asked_for_by_a_button_of_its_own(dora: User) -> None:
    client = Client()
    sign_in(client, dora.email)
    asked = client.post(CHALLENGE, {"method": "phone"})
    assert re.search(r'name="method" value="phone"[^>]*>\s*<span>Send another code', body(asked))


def test_among_the_cookies_it_saves_the_choice(client: Client) -> None:
    """A box that is ticked must not be answered by the button that keeps none."""
    [form] = [
        form for form in re.findall(r"<form.*?</form>", body(client.get("/cookies/")), re.DOTALL) if "allow-" in form
    ]
    assert "Save choice" in re.findall(r"<button.*?</button>", form, re.DOTALL)[0]
