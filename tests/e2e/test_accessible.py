"""Every page is for everybody: in both themes, at both widths, empty, full and wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from organizations.actions import suspend_organization
from organizations.actors import Actor
from tests.access.walk import ids_of, visits
from tests.accounts.signing import PASSWORD, prove
from tests.cast import Cast
from tests.e2e.inspection import Inspection
from tests.fixtures.processes import Processes

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

# Nothing moves, so that contrast is not measured while a menu fades in.
STILL = {"reduced_motion": "reduce"}
LIGHT = {**STILL, "color_scheme": "light", "viewport": {"width": 1280, "height": 900}}
DARK = {**STILL, "color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "locale": "fr-FR"}
LOOKS = [pytest.param(LIGHT, id="light and wide"), pytest.param(DARK, id="dark, narrow and in French")]
SIGNED_OUT = (
    "/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/made-up/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-made-up/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
    "/accounts/recovery/made-up/",
    "/cookies/",
    "/cookies/?next=/accounts/login/",
    "/help/",
    "/help/mfa/",
    "/invitations/made-up/",
    "/profile/gone/",
    "/profile/preferences/addresses/changes/made-up/",
    "/terms/",
)
SIGNED_IN = (
    "/getting-started/",
    "/notifications/",
    "/organizations/new/",
    "/profile/preferences/",
    "/profile/preferences/addresses/",
    "/profile/preferences/addresses/new/",
    "/profile/preferences/data/",
    "/profile/preferences/deletion/",
    "/profile/organizations/",
    "/profile/security/",
    "/profile/security/activity/",
    "/profile/security/activity/?topic=security",
    "/profile/security/mfa/",
    "/profile/security/mfa/authenticator/new/",
    "/profile/security/mfa/backup-codes/",
    "/profile/security/mfa/passkeys/new/",
    "/profile/security/mfa/recovery/",
    "/profile/security/password/",
    "/profile/security/sessions/",
    "/accounts/logout/",
    "/cookies/",
    "/help/mfa/",
    "/o/personal/",
    "/o/personal/settings/",
    "/o/no-such-organization/",
    "/o/acme/members/?q=nobody",
    "/o/acme/members/invitations/?state=bounced",
)
EMPTY_FORMS = (
    "/organizations/new/",
    "/o/acme/members/invitations/new/",
    "/profile/preferences/addresses/new/",
    "/profile/security/mfa/authenticator/new/",
    "/profile/security/password/",
)


def of_acme(cast: Cast) -> Iterator[str]:
    """Every address of Acme that can be looked at."""
    for visit in visits("acme", ids_of(cast.acme)):
        if visit.method == "GET" and visit.by(cast.olivia.client).status_code == 200:
            yield visit.path


def give_passwords(cast: Cast) -> None:
    """Olivia has given hers a moment ago, so pages of sensitive changes open; Mia is asked for hers."""
    for user in (cast.olivia.user, cast.mia.user):
        user.set_password(PASSWORD)
        user.save()
    prove(cast.olivia.client)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_who_is_signed_out(
    look: dict[str, Any], links: dict[str, str], web: str, new_page: Callable[..., Page]
) -> None:
    inspection = Inspection(new_page(base_url=web, **look))
    for path in (*SIGNED_OUT, *links.values()):
        inspection.open(path)
    for path in ("/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"):
        inspection.submit(path)
    assert inspection.faults == []


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_who_is_signed_in(
    look: dict[str, Any], cast: Cast, links: dict[str, str], signed_in: Callable[..., Page]
) -> None:
    suspend_organization(organization=cast.rival, reason="past_due", by=Actor.system())
    give_passwords(cast)
    faults: list[str] = []
    for person, paths in {
        "olivia": [*SIGNED_IN, *of_acme(cast), links["pending"]],
        "mia": ["/o/acme/settings/", "/o/acme/members/", "/profile/security/mfa/authenticator/new/"],
        # Sam has no password.
        "sam": ["/profile/organizations/", links["pending"], "/o/personal/", "/profile/security/password/"],
        "rita": ["/o/rival/", "/o/rival/members/invitations/"],
    }.items():
        inspection = Inspection(signed_in(getattr(cast, person), **look), faults)
        for path in paths:
            inspection.open(path)
    inspection = Inspection(signed_in(cast.olivia, **look), faults)
    for path in EMPTY_FORMS:
        inspection.submit(path)
    inspection.unfold("/o/acme/members/")
    assert faults == []


@pytest.mark.parametrize("look", LOOKS)
def test_every_block_in_every_state(look: dict[str, Any], processes: Processes, new_page: Callable[..., Page]) -> None:
    processes.environment["DEBUG"] = "1"
    processes.start_web()
    inspection = Inspection(new_page(base_url=processes.url, **look))
    for path in ("/styleguide/", "/mailbox/"):
        inspection.open(path)
    assert inspection.faults == []


def test_an_inspection_finds_what_is_wrong(page: Page) -> None:
    inspection = Inspection(page)
    page.set_content("<html><main><h1>A</h1><h1>B</h1><input><div style='width: 9999px'>C</div></main></html>")
    inspection.look("a bad page")
    found = "\n".join(inspection.faults)
    for fault in ("label", "html-has-lang", "2 first headings", "px wider than the window"):
        assert fault in found
