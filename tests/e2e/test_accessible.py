"""Every page is for everybody: in both themes, at both widths, empty, full and wrong."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

from billing.actions.ledger import book
from billing.models import Reason
from organizations import policies
from organizations.actions import set_stream, suspend_organization
from organizations.actors import Actor
from outbox.suppression import choice_address
from projects.levels import Level
from projects.models.grant import set_person_level, set_role_level
from tests.access import billing_walk, project_walk
from tests.access.project_walk import Place
from tests.access.test_apps_walk import INFRASTRUCTURE, SUPPORT
from tests.access.walk import furnish, ids_of, visits
from tests.accounts.signing import PASSWORD, prove
from tests.billing.making import account_of, make_usage
from tests.cast import Cast
from tests.e2e.inspection import Inspection
from tests.fixtures.processes import Processes
from tests.organizations.asking import form_for, make_public
from tests.organizations.owning import closed_by, offer
from tests.projects.making import make_project, make_service

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

# Nothing moves, so that contrast is not measured while a menu fades in.
STILL = {"reduced_motion": "reduce"}
LIGHT = {**STILL, "color_scheme": "light", "viewport": {"width": 1280, "height": 900}}
DARK = {**STILL, "color_scheme": "dark", "viewport": {"width": 390, "height": 844}, "locale": "fr-FR"}
# Every block is looked at both ways each time (the style guide), the pages that are made of them with --long.
LOOKS = [
    pytest.param(LIGHT, id="light and wide"),
    pytest.param(DARK, id="dark, narrow and in French", marks=pytest.mark.long),
]
# What is not there yet is said by one block on all pages.
NOTHING = pytest.param("with nothing yet", marks=pytest.mark.long)
# Made of the blocks and forms that the other pages have; half a minute of two cores for each run.
OFTEN_ENOUGH = [pytest.param(part, marks=pytest.mark.long) for part in ("of an account", "of money", "of others")]
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
    "/api/v1/docs",
    "/cookies/",
    "/cookies/?next=/accounts/login/",
    "/help/",
    "/help/mfa/",
    "/invitations/made-up/",
    "/mail/made-up/",
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
    "/o/personal/api-keys/",
    "/o/personal/settings/",
    "/o/personal/settings/audit-log/",
    "/o/no-such-organization/",
    "/o/acme/api-keys/?revoked",
    "/o/acme/members/?q=nobody",
    "/o/acme/members/invitations/?state=bounced",
    "/o/acme/members/requests/?state=declined",
    "/o/acme/settings/details/?country=US",
    "/o/acme/settings/audit-log/?who=nobody",
    "/o/acme/settings/transfer/?q=a",
    "/o/acme/settings/security/second-factor/?grace_days=7&phone_counts=True",
    "/profile/organizations/?q=zzzz",
)
# Lists that are not filled yet, and what there is where no thing has to be named.
NOTHING_YET = (
    "/o/personal/settings/certificates/",
    "/o/personal/settings/storage-engines/",
    "/o/personal/settings/storage-engines/new/",
    "/o/personal/settings/storage-engines/new/?kind=s3",
    "/o/personal/settings/servers/",
    "/o/personal/support/",
    "/o/personal/support/tickets/",
    "/o/personal/support/contacts/",
    "/o/personal/support/entitlements/",
    "/help/tickets/new/",
)
EMPTY_FORMS = (
    "/organizations/new/",
    "/o/acme/api-keys/new/",
    "/o/personal/settings/audit-log/stream/",
    "/o/acme/members/invitations/new/",
    "/o/acme/members/invitations/batches/new/",
    "/o/acme/settings/closing/",
    "/o/acme/settings/roles/new/",
    "/profile/preferences/addresses/new/",
    "/profile/security/mfa/authenticator/new/",
    "/profile/security/password/",
)
# Of the same blocks: looked at with --long.
EMPTY_FORMS_OF_APPS = (
    "/o/acme/settings/certificates/new/",
    "/o/acme/settings/storage-engines/new/?kind=postgresql",
    "/o/acme/support/contacts/new/",
    "/o/acme/support/tickets/new/",
)


def of_acme(cast: Cast) -> Iterator[str]:
    """Every address of Acme that can be looked at."""
    for visit in visits("acme", ids_of(cast.acme)):
        if visit.method != "GET":
            continue
        answer = visit.by(cast.olivia.client)
        # Files are not looked at.
        if answer.status_code == 200 and "Content-Disposition" not in answer.headers:
            yield visit.path


def in_a_project(cast: Cast) -> Iterator[str]:
    """Every address of a project that can be looked at: somebody and a role have grants, and a service runs."""
    project = make_project(cast.acme)
    set_person_level(project, cast.adam.user.pk, Level.VIEW)
    set_role_level(project, policies.current().role("admin"), Level.OPERATE)
    place = Place(project=project, service=make_service(project), membership=cast.adam.membership(cast.acme))
    yield "/o/acme/projects/"
    for visit in project_walk.visits(place):
        if visit.method == "GET" and visit.by(cast.olivia.client).status_code == 200:
            yield visit.path


def of_money(cast: Cast) -> Iterator[str]:
    """Every address of billing that can be looked at: something ran and is owed for, and there is one of everything."""
    with transaction.atomic():
        place = billing_walk.Place.of(cast.acme)
        charge = make_usage(cast.acme, hours=90, price="1").charge
        book(account_of(cast.acme), Reason.USAGE, -9_000, key="usage", charge=charge)
    for visit in billing_walk.visits(place):
        if visit.method != "GET":
            continue
        page = visit.by(cast.olivia.client)
        # Files are looked at by others.
        if page.status_code == 200 and page.headers["Content-Type"].startswith("text/html"):
            yield visit.path


def of_apps(cast: Cast) -> Iterator[str]:
    """Every address of infrastructure and support that can be looked at: there is one of everything."""
    for app in (INFRASTRUCTURE, SUPPORT):
        for visit in app.visits("acme", app.furnish(cast.acme)):
            if visit.method != "GET":
                continue
            page = visit.by(cast.olivia.client)
            # Neither chains of certificates nor lists for spreadsheets are looked at.
            if page.status_code == 200 and "Content-Disposition" not in page.headers:
                yield visit.path


def answers_wanted(cast: Cast) -> dict[str, list[str]]:
    """By who is to answer: pages that are there once something was offered, opened or sent."""
    offered = offer(cast)
    make_public(cast.rival)
    closed_by(cast.rita.user)
    return {
        "adam": [f"/transfers/{offered.pk}/", "/notifications/"],
        "theo": ["/profile/organizations/?q=rival", form_for("rival")],
        "rita": ["/profile/organizations/"],
        "bella": [choice_address("somebody@example.com")],
        "olivia": ["/o/acme/settings/transfer/"],
    }


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


@pytest.fixture
def lived_in(cast: Cast) -> Cast:
    """The cast; Acme has one of each kind of thing, and Rival has not paid."""
    furnish(cast.acme, cast.olivia, cast.sam)
    set_stream(organization=cast.acme, url="https://logs.example.com/", begin="first", by=cast.olivia.actor(cast.acme))
    suspend_organization(organization=cast.rival, reason="past_due", by=Actor.system())
    give_passwords(cast)
    return cast


# In parts, so that processes of a parallel run share them.
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("part", ["of Acme", "of a project", "of apps", *OFTEN_ENOUGH, NOTHING])
def test_pages_of_who_is_signed_in(
    look: dict[str, Any], part: str, lived_in: Cast, links: dict[str, str], signed_in: Callable[..., Page]
) -> None:
    cast, faults = lived_in, list[str]()
    # Before anything waits for an answer: then Acme's own pages look otherwise.
    acme = list(of_acme(cast)) if part == "of Acme" else []
    project = list(in_a_project(cast)) if part == "of a project" else []
    money = list(of_money(cast)) if part == "of money" else []
    apps = list(of_apps(cast)) if part == "of apps" else []
    wanted = answers_wanted(cast)
    parts: dict[str, list[tuple[str, Iterable[str]]]] = {
        "of an account": [("olivia", SIGNED_IN)],
        "of Acme": [("olivia", acme), ("olivia", [links["pending"]])],
        "of a project": [("olivia", project)],
        "of money": [("olivia", money), ("sam", ["/o/personal/billing/"])],
        "of apps": [("olivia", apps)],
        "with nothing yet": [("sam", NOTHING_YET)],
        "of others": [
            ("mia", ["/o/acme/settings/", "/o/acme/members/", "/profile/security/mfa/authenticator/new/"]),
            # Sam has no password.
            ("sam", ["/profile/organizations/", links["pending"], "/o/personal/", "/profile/security/password/"]),
            ("rita", ["/o/rival/", "/o/rival/members/invitations/"]),
            *wanted.items(),
        ],
    }
    for person, paths in parts[part]:
        inspection = Inspection(signed_in(getattr(cast, person), **look), faults)
        for path in paths:
            inspection.open(path)
    assert faults == []


@pytest.mark.parametrize("look", LOOKS)
def test_forms_that_were_wrong_and_menus_that_are_open(
    look: dict[str, Any], lived_in: Cast, signed_in: Callable[..., Page]
) -> None:
    inspection = Inspection(signed_in(lived_in.olivia, **look))
    for path in EMPTY_FORMS + (EMPTY_FORMS_OF_APPS if inspection.is_thorough else ()):
        inspection.submit(path)
    inspection.unfold("/o/acme/members/")
    assert inspection.faults == []


def test_every_block_in_every_state_both_ways(processes: Processes, new_page: Callable[..., Page]) -> None:
    processes.environment["DEBUG"] = "1"
    processes.start_web()
    for look in (LIGHT, DARK):
        inspection = Inspection(new_page(base_url=processes.url, **look))
        for path in ("/styleguide/", "/mailbox/"):
            inspection.open(path)
        assert inspection.faults == [], look


def test_an_inspection_finds_what_is_wrong(page: Page) -> None:
    inspection = Inspection(page)
    page.set_content("<html><main><h1>A</h1><h1>B</h1><input><div style='width: 9999px'>C</div></main></html>")
    inspection.look("a bad page")
    found = "\n".join(inspection.faults)
    for fault in ("label", "html-has-lang", "2 first headings", "px wider than the window"):
        assert fault in found
