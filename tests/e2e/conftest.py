"""People of whole stories."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from organizations.actions import invite_member
from organizations.letters.invitations import invitation_url
from organizations.models import Invitation
from tests.cast import Cast
from tests.e2e.inspection import Inspection
from tests.e2e.manual import MakeFollower, Reader
from tests.e2e.plain import PlainReader
from tests.e2e.visitor import MakeVisitor, Visitor
from tests.fixtures.network import MailServer
from tests.fixtures.processes import Processes


@pytest.fixture(autouse=True)
def thorough(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --long inspections look at the frame of each page."""
    monkeypatch.setattr(Inspection, "is_thorough", request.config.getoption("--long"))


@pytest.fixture
def served(processes: Processes, smtp_server: MailServer) -> str:
    """The address of a console with a mail server: one web process does everything, as without Redis.

    Mail leaves as soon as with a worker, and two processes less have to start.
    """
    processes.environment["EMAIL_URL"] = smtp_server.url
    processes.environment.pop("REDIS_URL", None)
    processes.start_web()
    return processes.url


@pytest.fixture
def visitor(served: str, smtp_server: MailServer, new_page: Callable[..., Page]) -> MakeVisitor:
    """Makes somebody with a browser profile of their own: ``visitor("olga@example.com", viewport=…)``."""

    def make(email: str, **options: Any) -> Visitor:
        return Visitor(new_page(base_url=served, **options), smtp_server, email)

    return make


@pytest.fixture
def reader(db: None, install: Callable[[str], None], request: pytest.FixtureRequest) -> MakeFollower:
    """A console that was installed with the policy of the test's module, `POLICY`; makes readers of its manual."""
    install(request.module.POLICY)
    return PlainReader


@pytest.fixture
def reader_in_browser(
    processes: Processes,
    smtp_server: MailServer,
    install: Callable[[str], None],
    new_page: Callable[..., Page],
    request: pytest.FixtureRequest,
) -> MakeFollower:
    """Serves that console, and makes readers of its manual at browsers."""
    policy: str = request.module.POLICY
    install(policy)
    processes.environment["CONSOLE_POLICY"] = policy
    address: str = request.getfixturevalue("served")
    return lambda email: Reader(new_page(base_url=address), smtp_server, email)


@pytest.fixture
def links(cast: Cast) -> dict[str, str]:
    """Invitations to Acme, Sam's among them, by state: the links that were mailed."""
    found = {}
    for state in Invitation.State.values:
        email = "sam.stranger@example.com" if state == Invitation.State.PENDING else f"{state}@example.com"
        invitation = invite_member(
            organization=cast.acme, email=email, role="member", note="Welcome!", by=cast.olivia.actor(cast.acme)
        )
        Invitation.objects.filter(pk=invitation.pk).update(state=state)
        found[state] = invitation_url(invitation, "mailed").partition("/invitations/")[2]
    return {state: f"/invitations/{link}" for state, link in found.items()}
