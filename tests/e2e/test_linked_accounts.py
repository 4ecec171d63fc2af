"""Linked accounts in Chromium, against an OpenID Connect provider with pages of its own."""

import json

import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import Session, User
from accounts.proof import PROVEN_AT
from accounts.sessions.engine import SessionStore
from tests.accounts.factors import give_app
from tests.e2e.visitor import MakeVisitor, Visitor
from tests.fixtures.processes import Processes
from tests.fixtures.providers import Elsewhere

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

NORA, SECURITY = "nora@example.com", "/profile/security/"


@pytest.fixture(autouse=True)
def offered(processes: Processes, elsewhere_server: Elsewhere) -> None:
    # Sessions and secrets of this process are the console's own.
    processes.environment["SECRET_KEY"] = settings.SECRET_KEY
    processes.environment["OIDC_PROVIDERS"] = json.dumps([elsewhere_server.entry("example", "Example")])


@pytest.fixture
def nora(visitor: MakeVisitor, request: pytest.FixtureRequest) -> Visitor:
    """Nora, with a browser that asks nobody beyond this machine for the style of the provider's pages."""
    nora = visitor(NORA, **getattr(request, "param", {}))
    for address in ("https://cdn.jsdelivr.net/**", "**/favicon.ico"):
        nora.page.context.route(address, lambda route: route.fulfill(content_type="text/css", body=""))
    return nora


def agree(nora: Visitor, subject: str) -> None:
    """On the provider's page: be ``subject``, and agree."""
    nora.page.wait_for_url("**/oauth2/authorize?**")
    nora.page.locator("#subject-input").fill(subject)
    nora.page.get_by_role("button", name="Authorize", exact=True).click()


def sign_in_by_provider(nora: Visitor, subject: str) -> None:
    nora.page.context.clear_cookies()
    nora.open(f"/accounts/login/?next={SECURITY}")
    nora.page.get_by_role("button", name="Continue with Example").click()
    agree(nora, subject)


@pytest.mark.parametrize(
    "nora",
    [
        pytest.param({}, id="as usual"),
        pytest.param({"java_script_enabled": False}, marks=pytest.mark.long, id="without JavaScript"),
    ],
    indirect=True,
)
def test_link_sign_in_with_a_second_factor_on_top_and_unlink(nora: Visitor, elsewhere_server: Elsewhere) -> None:
    subject = elsewhere_server.knows("nora@elsewhere.example")
    nora.sign_up()

    nora.open(SECURITY)
    nora.press("Link Example")
    agree(nora, subject)
    nora.is_at(SECURITY)
    nora.sees("Your account at %s is linked.", "Example")
    nora.read("Account at %s linked", "Example")
    expect(nora.page.locator("#linked-accounts")).to_contain_text("nora@elsewhere.example")

    sign_in_by_provider(nora, subject)
    nora.is_at(SECURITY)

    app = give_app(User.objects.get(email=NORA))
    sign_in_by_provider(nora, subject)
    nora.is_at("/accounts/login/second-factor/")
    nora.open("/profile/preferences/")
    nora.is_at("/accounts/login/second-factor/")
    nora.page.locator("[name=code]").fill(app.code())
    nora.page.locator("main form button[type=submit]").first.click()
    nora.is_at(SECURITY)

    nora.press("Unlink Example")
    nora.sees("Your account at %s is unlinked.", "Example")
    nora.read("Account at %s unlinked", "Example")
    sign_in_by_provider(nora, subject)
    # Another account, or none: not hers, which has her address at the provider for none of its own.
    nora.page.wait_for_url(lambda address: "/oauth2/" not in address)
    assert not SocialAccount.objects.filter(user__email=NORA).exists()


# Without a browser: tests/accounts/test_sign_in_by_provider.py and test_provider_proof.py.
@pytest.mark.long
def test_sign_up_by_a_provider_and_be_asked_there_again(nora: Visitor, elsewhere_server: Elsewhere) -> None:
    subject = elsewhere_server.knows(NORA, given_name="Nora", family_name="New")
    sign_in_by_provider(nora, subject)
    nora.is_at(SECURITY)
    nora.sees("Nora New")
    proven_long_ago()

    nora.press("Unlink Example")
    nora.sees("Confirm that it is you")
    nora.press("Continue with Example")
    agree(nora, subject)
    nora.press("Go on")
    nora.sees("It is your only way to sign in.")


def proven_long_ago() -> None:
    """An hour goes by, for the one session that there is."""
    session = SessionStore(Session.objects.get(user__email=NORA).session_key)
    session[PROVEN_AT] -= 3600
    session.save()
