"""Help, for everybody and from every page (PRODUCT, *Addresses*; text 002, *Need help?*)."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from console.checks import check_help
from console.registry import HelpLink, registry
from tests.accounts.factors import give_app
from tests.accounts.signing import make_user, sign_in
from tests.cast import Cast
from tests.reading import body, links, main_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(settings: Settings) -> None:
    """Everything that a deployment may name."""
    settings.HELP_CENTRE_URL = "https://help.example.com/"
    settings.COMMUNITY_URL, settings.COMMUNITY_NAME = "https://discord.example.com/console", "Discord"
    settings.TICKETS_URL = "https://tickets.example.com/new"
    settings.SUPPORT_EMAIL = "help@example.com"


def test_each_page_leads_to_help(cast: Cast, client: Client) -> None:
    for page in (
        client.get("/"),
        client.get("/accounts/signup/"),
        client.get("/nowhere/"),
        cast.olivia.client.get("/o/acme/"),
        cast.sam.client.get("/profile/security/"),
    ):
        assert "/help/" in links(page)
    menu = body(cast.sam.client.get("/profile/security/")).partition('id="user-menu"')[2].partition("Sign out")[0]
    assert 'href="/help/"' in menu


def test_help_names_what_the_settings_name(named: None, client: Client) -> None:
    page = client.get("/help/")
    for address in (
        "https://help.example.com/",
        "https://discord.example.com/console",
        "https://tickets.example.com/new",
        "mailto:help@example.com",
        "/help/mfa/",
    ):
        assert address in links(page)
    assert "Join us on Discord" in main_words(page)


def test_what_is_not_set_is_not_shown(client: Client) -> None:
    page = main_words(client.get("/help/"))
    for words in ("Help centre", "Community", "Write to us"):
        assert words not in page
    assert "Protect your account" in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.com/", "//example.com", "https://", "help"])
def test_what_is_no_page_is_neither_shown_nor_passed_over_in_silence(
    settings: Settings, client: Client, address: str
) -> None:
    settings.HELP_CENTRE_URL = settings.COMMUNITY_URL = settings.TICKETS_URL = address
    settings.SUPPORT_EMAIL = "help@example.com?bcc=mallory"
    page = client.get("/help/")
    assert address not in links(page)
    assert not [link for link in links(page) if link.startswith("mailto:")]
    assert len(check_help(None)) == 4


def test_a_deployment_that_names_pages_hears_nothing(named: None) -> None:
    assert check_help(None) == []


def test_an_app_adds_a_way_to_get_help(monkeypatch: pytest.MonkeyPatch, client: Client, cast: Cast) -> None:
    monkeypatch.setattr(registry, "help", list(registry.help))
    registry.add_help(
        HelpLink(
            label="Open a ticket",
            help="Here.",
            icon="ticket",
            action="New ticket",
            order=15,
            address=lambda request: "/o/acme/support/" if request.user.is_authenticated else "",
        )
    )
    assert "/o/acme/support/" in links(cast.olivia.client.get("/help/"))
    assert "/o/acme/support/" not in links(client.get("/help/"))


# The guide


def test_the_guide_tells_everything_from_turning_it_on_to_turning_it_off(client: Client) -> None:
    page = main_words(client.get("/help/mfa/"))
    for words in (
        "Turn it on",
        "Set up an authenticator app",
        "Add a passkey",
        "Keep your backup codes",
        "for 30 days it is not asked again",
        "Move to a new phone",
        "After 24 hours your second factors are removed",
        "Turn it off",
    ):
        assert words in page


def test_each_picture_of_the_guide_says_what_it_shows(client: Client) -> None:
    page = body(client.get("/help/mfa/")).partition("<main")[2].partition("</main>")[0]
    pictures = [
        part.partition(">")[0] for part in page.split("<svg")[1:] if 'class="icon"' not in part.partition(">")[0]
    ]
    assert len(pictures) >= 7
    for picture in pictures:
        assert 'role="img"' in picture
        assert 'aria-label="' in picture
        assert 'aria-label=""' not in picture


def test_the_guide_is_silent_about_text_messages_where_there_are_none(settings: Settings, client: Client) -> None:
    assert "text message" not in main_words(client.get("/help/mfa/")).lower()
    settings.SMS_GATEWAY = "console"
    page = main_words(client.get("/help/mfa/"))
    assert "Get codes by text message" in page
    assert "It is the weakest way" in page


def test_the_guide_asks_nobody_to_sign_in_and_changes_nothing(client: Client) -> None:
    assert client.get("/help/mfa/").status_code == 200
    assert client.post("/help/mfa/").status_code == 405
    assert client.post("/help/").status_code == 405


# Where each label that the guide quotes is to be found.
QUOTED = {
    "Multi-factor authentication": "/profile/security/",
    "Turn on": "/profile/security/",
    "Add an authenticator app": "/profile/security/mfa/",
    "Add a passkey": "/profile/security/mfa/",
    "Manage": "/profile/security/",
    "Make new codes": "/profile/security/mfa/",
    "Remove": "/profile/security/mfa/",
    "Add telephone number": "/profile/security/mfa/",
    "Sessions": "/profile/security/sessions/",
    "Trust this browser for 30 days": "/accounts/login/second-factor/",
    "I have lost all of these": "/accounts/login/second-factor/",
    "Ask for recovery": "/accounts/login/recovery/",
}


def test_the_guide_names_buttons_as_they_are_named_on_their_pages(settings: Settings, client: Client) -> None:
    settings.SMS_GATEWAY = "console"
    quoted = set(re.findall("“([^”]+)”", main_words(client.get("/help/mfa/"))))
    assert quoted == set(QUOTED)
    user = make_user("mia.member@example.com")
    inside, half = Client(), Client()
    sign_in(inside, user.email)
    # Before and after it is turned on.
    seen = {path: main_words(inside.get(path)) for path in set(QUOTED.values()) if path.startswith("/profile/")}
    give_app(user)
    sign_in(half, user.email)
    for path in set(QUOTED.values()):
        visitor = inside if path.startswith("/profile/") else half
        seen[path] = seen.get(path, "") + main_words(visitor.get(path))
    assert [label for label, path in QUOTED.items() if label not in seen[path]] == []
