"""An organization asks for a second factor, in Chromium: its owner sees whom it affects, a member is led to one."""

import shutil
import subprocess
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from organizations.actions import release_second_factor, require_second_factor
from organizations.models import Membership
from tests.accounts.factors import give_app
from tests.accounts.signing import PASSWORD, make_user
from tests.cast import Person, make_team
from tests.e2e.inspection import Inspection

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("oathtool") is None, reason="needs oathtool"),
]

OWNER, MEMBER = "olivia.owner@example.com", "mia.member@example.com"
MFA = "/profile/security/mfa/"
RULES = "/o/acme/settings/security/"


def code(key: str) -> str:
    """The code of an app that has this key, now, as another program computes it."""
    now = f"@{int(timezone.now().timestamp())}"
    done = subprocess.run(["oathtool", "--totp", "--base32", "--now", now, key], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def sign_in(page: Page, email: str, way_on: str) -> None:
    page.goto(f"/accounts/login/?next={way_on}")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Sign in")


def set_up(page: Page) -> None:
    """An app, from the page of factors on."""
    follow(page, "Add an authenticator app")
    key = page.locator(".key code").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(code(key))
    page.locator("[name=name]").fill("Phone")
    press(page, "Add app")
    page.wait_for_url(f"**{MFA}backup-codes/")


@pytest.fixture(
    params=[
        pytest.param(True, id="with JavaScript"),
        pytest.param(False, marks=pytest.mark.long, id="without JavaScript"),
    ]
)
def browser_page(request: pytest.FixtureRequest, web: str, new_page: Callable[..., Page]) -> Callable[[], Page]:
    """Opens a browser; Olivia owns Acme, Mia is a member."""
    owner = Person(make_user(OWNER))
    make_team("Acme", owner, {"member": Person(make_user(MEMBER))})
    return lambda: new_page(base_url=web, reduced_motion="reduce", java_script_enabled=request.param)


# Without a browser: tests/organizations/test_security_factor.py and test_security_gate.py.
@pytest.mark.long
def test_it_is_asked_for_and_met(browser_page: Callable[[], Page]) -> None:
    olivia = browser_page()
    sign_in(olivia, OWNER, RULES)
    olivia.wait_for_url(f"**{RULES}")
    follow(olivia, "Set up a second factor")
    set_up(olivia)
    olivia.goto(MFA)
    follow(olivia, "Go back")
    olivia.wait_for_url(f"**{RULES}")
    olivia.locator("[name=grace_days]").select_option("0")
    press(olivia, "See who is affected")
    expect(olivia.locator("main")).to_contain_text("1 member has no second factor that counts.")
    expect(olivia.locator("#without")).to_contain_text(MEMBER)
    press(olivia, "Ask for a second factor")
    olivia.wait_for_url(f"**{RULES}")
    expect(olivia.locator("main")).to_contain_text("only members with a second factor can work in Acme")

    mia = browser_page()
    sign_in(mia, MEMBER, "/o/acme/members/")
    expect(mia.get_by_role("heading", level=1)).to_have_text("Acme asks for a second factor")
    follow(mia, "Set up a second factor")
    expect(mia.locator("main")).to_contain_text("Closed to you")
    set_up(mia)
    mia.goto(MFA)
    expect(mia.locator("main")).to_contain_text("Open to you")
    follow(mia, "Go back")
    mia.wait_for_url("**/o/acme/members/")
    expect(mia.get_by_role("heading", level=1)).to_have_text("Members")


# Without a browser: tests/organizations/test_security_gate.py.
@pytest.mark.long
def test_a_member_without_one_can_leave(browser_page: Callable[[], Page]) -> None:
    olivia = browser_page()
    sign_in(olivia, OWNER, MFA)
    olivia.wait_for_url(f"**{MFA}")
    set_up(olivia)
    olivia.goto(RULES)
    olivia.locator("[name=grace_days]").select_option("0")
    press(olivia, "See who is affected")
    press(olivia, "Ask for a second factor")
    olivia.wait_for_url(f"**{RULES}")

    mia = browser_page()
    sign_in(mia, MEMBER, "/o/acme/")
    follow(mia, "Leave Acme")
    mia.get_by_role("button", name="Leave organization", exact=True).click()
    mia.wait_for_url("**/profile/organizations/")
    assert not Membership.objects.filter(user=User.objects.get(email=MEMBER), organization__slug="acme").exists()


# Their blocks are in the style guide; the page of the rule itself and of the second factor: test_accessible.py.
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_its_pages(
    web: str, new_page: Callable[..., Page], scheme: str, settings: Settings
) -> None:
    settings.SMS_GATEWAY = "console"
    olivia = make_user(OWNER)
    acme = make_team("Acme", Person(olivia), {"member": Person(make_user(MEMBER))})
    owner, member = (new_page(base_url=web, color_scheme=scheme, viewport={"width": 390, "height": 844}) for _ in "12")
    sign_in(owner, OWNER, RULES)
    owner.wait_for_url(f"**{RULES}")
    sign_in(member, MEMBER, "/o/acme/")
    member.wait_for_url("**/o/acme/")
    looks = Inspection(owner), Inspection(member)
    looks[0].open(RULES)
    give_app(olivia)
    looks[0].open(RULES)
    looks[0].open(f"{RULES}second-factor/?grace_days=7&phone_counts=True")
    by = Person(olivia).actor(acme)
    require_second_factor(organization=acme, grace_days=7, phone_counts=True, by=by)
    looks[0].open(RULES)
    looks[0].open(f"{RULES}second-factor/?q=nobody")
    looks[0].open(f"{RULES}second-factor/removal/")
    looks[1].open("/o/acme/")
    looks[1].open(MFA)
    release_second_factor(organization=acme, by=by)
    require_second_factor(organization=acme, grace_days=0, phone_counts=False, by=by)
    looks[1].open("/o/acme/")
    looks[1].open(f"{MFA}?next=/o/acme/")
    assert [fault for look in looks for fault in look.faults] == []
