"""A service's life in a browser: requested from the catalogue, watched, its password seen once, resized, deleted.

Its backend is the test: it says when something is done. Another story has one that is killed.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from outbox.models import Endpoint
from projects.actions.services import note_done, note_progress
from projects.models import Operation
from projects.provisioners.base import Found
from tests.accounts.signing import prove
from tests.cast import Cast
from tests.e2e.inspection import Inspection
from tests.projects.making import make_kind, make_project

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

FORM = {
    "type": "object",
    "properties": {"version": {"type": "string", "title": "Version", "enum": ["16", "17"], "default": "17"}},
    "required": ["version"],
}
OUTPUTS = [
    Found(name="host", value="db.example"),
    Found(name="password", value="correct horse", is_secret=True, shown_once=True),
]


def offer(cast: Cast) -> None:
    """A project without services, and a kind to request there; nobody calls its backend."""
    make_project(cast.acme)
    backend = Endpoint.objects.create(name="Backend", url="https://backend.invalid/", is_on=False)
    make_kind(name="PostgreSQL", icon="database", form=FORM, provisioner="webhook", endpoint=backend)


def under_way() -> Operation:
    return Operation.objects.get(state="open")


def request(page: Page, inspection: Inspection) -> None:
    """From the empty project to a service that is on its way, by keyboard alone."""
    page.goto("/o/acme/projects/website/")
    page.get_by_role("link", name="Choose a service").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New service")
    inspection.look("the catalogue")
    page.get_by_role("link", name="PostgreSQL").press("Enter")
    page.get_by_label("Name").fill("Main database")
    page.get_by_role("radio", name="Small").press("ArrowDown")
    inspection.look("the request")
    page.get_by_role("button", name="Request service").press("Enter")


def watch(page: Page, inspection: Inspection) -> None:
    """What the backend says appears by itself, also to who only hears it, and takes the focus from nothing."""
    live, said = page.locator("#service-live"), page.locator("#service-said")
    expect(live).to_contain_text("Theo Tech asked for that")
    note_progress(under_way().pk, progress=40, message="Disks are being made.")
    expect(said).to_have_text("Provisioning, 40 %")
    expect(live).to_contain_text("Disks are being made.")
    inspection.look("a service on its way")
    page.locator("#delete").focus()
    note_done(under_way().pk, OUTPUTS)
    expect(said).to_have_text("Running")
    expect(page.locator("#delete")).to_be_focused()
    # Settled: it asks no more.
    expect(page.locator("[data-watch]")).to_have_count(0)
    inspection.look("a service that runs")


def see_the_password(page: Page, inspection: Inspection) -> None:
    """It is shown once."""
    page.get_by_role("button", name="Show credentials").click()
    expect(page.locator(".copy-value").last).to_have_value("correct horse")
    inspection.look("credentials")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#service-live")).to_contain_text("Shown just now, and not kept.")


def shrink_and_stop(page: Page, inspection: Inspection) -> None:
    """Another size, then none at all."""
    live, said = page.locator("#service-live"), page.locator("#service-said")
    page.get_by_role("link", name="Change size").click()
    expect(page.locator(".size")).to_contain_text("-€43.80 a month, compared with now")
    page.get_by_role("radio", name="Small").check()
    inspection.look("another size")
    page.get_by_role("button", name="Change size").click()
    expect(live).to_contain_text("This service is being resized.")
    note_done(under_way().pk)
    expect(said).to_have_text("Running")
    expect(live).to_contain_text("€0.02 an hour")
    page.get_by_role("button", name="Stop").click()
    expect(live).to_contain_text("This service is being stopped.")
    note_done(under_way().pk)
    expect(said).to_have_text("Stopped")


def delete(page: Page) -> None:
    """The dialog asks for the name; what happened stays to be read."""
    page.get_by_role("link", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Delete Main database?")
    dialog.get_by_role("textbox").fill("Main")
    expect(dialog.get_by_role("button", name="Delete service")).to_be_disabled()
    dialog.get_by_role("textbox").fill("Main database")
    dialog.get_by_role("button", name="Delete service").click()
    expect(page.locator("#service-live")).to_contain_text("This service is being deleted.")
    note_done(under_way().pk)
    expect(page.locator("#service-said")).to_have_text("Deleted")
    page.get_by_role("link", name="Website").click()
    page.get_by_role("link", name="Deleted services").click()
    expect(page.get_by_role("row").filter(has_text="Main database")).to_contain_text("Deleted")


def test_a_service_from_the_catalogue_to_its_end(cast: Cast, web: str, signed_in: Callable[..., Page]) -> None:
    offer(cast)
    prove(cast.theo.client)
    page = signed_in(cast.theo)
    inspection = Inspection(page)
    request(page, inspection)
    watch(page, inspection)
    see_the_password(page, inspection)
    shrink_and_stop(page, inspection)
    delete(page)
    assert inspection.faults == []


# Without a script is what the test client does: tests/projects/test_services.py.
@pytest.mark.long
def test_without_a_script_a_service_is_requested_and_looked_at_again(
    cast: Cast, web: str, signed_in: Callable[..., Page]
) -> None:
    offer(cast)
    page = signed_in(cast.theo, java_script_enabled=False)
    page.goto("/o/acme/projects/website/services/new/postgresql/")
    page.get_by_label("Name").fill("Main database")
    page.get_by_role("button", name="Request service").click()
    note_done(under_way().pk)
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#service-live")).to_contain_text("Running")
    page.get_by_role("link", name="Delete", exact=True).click()
    expect(page).to_have_url(re.compile("/deletion/$"))
    page.get_by_role("textbox").fill("Main database")
    page.get_by_role("button", name="Delete service").click()
    expect(page.locator("#service-live")).to_contain_text("This service is being deleted.")
