"""A service from the request to its credentials, made by a backend that is killed in the middle (issue 6, Show)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.proof import PROVEN_AT
from projects.models import Operation, Service
from tests.accounts.signing import PASSWORD
from tests.cast import Cast, Person
from tests.e2e.inspection import Inspection
from tests.fixtures.backend import BackendProcess
from tests.fixtures.processes import Processes
from tests.outbox.calling import make_endpoint
from tests.projects.backing import make_backend_kind
from tests.projects.making import make_project

pytestmark = [pytest.mark.browser, pytest.mark.e2e, pytest.mark.waits]

SECONDS = 1_000
FORM = {"type": "object", "properties": {"retention": {"type": "integer", "title": "Days kept", "default": 7}}}


@pytest.fixture
def backend(processes: Processes, backend_process: BackendProcess) -> BackendProcess:
    """The company's, on loopback, which this console may call; one web process does everything."""
    processes.environment["OUTBOUND_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    processes.environment.pop("REDIS_URL", None)
    return backend_process


def of_old(person: Person) -> Person:
    """Signed in with a password, which nobody has asked for since."""
    person.user.set_password(PASSWORD)
    person.user.save()
    session = person.client.session
    session.pop(PROVEN_AT, None)
    session.save()
    return person


def confirm(page: Page) -> None:
    """Say once more who one is."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirm")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


# The service's pages at a browser: test_services.py; a backend that is down, falls silent or hears a call twice:
# tests/projects/test_backend_days.py.
@pytest.mark.long
def test_a_service_is_made_by_a_backend_that_is_killed_and_comes_back(
    cast: Cast, backend: BackendProcess, signed_in: Callable[..., Page]
) -> None:
    make_project(cast.acme)
    make_backend_kind(make_endpoint(backend.url), name="Queue", form=FORM)
    page = signed_in(of_old(cast.theo))
    page.goto("/o/acme/projects/website/services/new/")
    page.get_by_role("link", name="Queue").first.click()
    page.get_by_label("Name").fill("Orders")
    page.locator("main form button[type=submit]").first.click()
    live = page.locator("#service-live")
    # Nobody reloads from here on.
    expect(live).to_contain_text("Making the disks", timeout=30 * SECONDS)
    backend.kill()
    assert Operation.objects.get().state == "open"
    inspection = Inspection(page)
    inspection.look("a service that is being made")
    assert inspection.faults == []
    expect(live).to_contain_text("25 %")
    backend.start()
    expect(live).to_contain_text("Running", timeout=60 * SECONDS)
    host = f"{str(Service.objects.get().pk)[-12:]}.queues.example.com"
    expect(page.locator("main")).to_contain_text("••••••••")

    page.get_by_role("button", name="Show credentials").click()
    confirm(page)
    if page.locator("#show").count():
        page.get_by_role("button", name="Show credentials").click()
    shown = page.locator(".outputs")
    expect(shown).to_contain_text("password")
    values = [field.input_value() for field in shown.locator(".copy-value").all()]
    assert values[0] == host
    assert len(values[1]) == 24
    # Begun again after the restart, and made once.
    assert [file.suffix for file in backend.tasks.iterdir()] == [".done"]
    assert Operation.objects.get().state == "done"
