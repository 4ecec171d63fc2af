"""Bad days, as the people at the pages see them: Redis refused or stalled, the mail server down."""

import signal
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.fixtures.network import MailServer
from tests.fixtures.processes import Processes
from tests.harness.servers import Redis, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.waits, pytest.mark.postgresql]

MINUTE = 60
SECOND = 1.0
INVITATIONS = "/o/acme/members/invitations/"
SIGNED_IN = (
    "/o/acme/",
    "/o/acme/members/",
    INVITATIONS,
    "/o/personal/",
    "/profile/organizations/",
    "/getting-started/",
)


@pytest.fixture
def backstage(processes: Processes, own_redis: Redis, smtp_server: MailServer) -> Iterator[None]:
    """A worker and beat on a Redis of their own, where the web server will find it too."""
    processes.environment |= {"REDIS_URL": own_redis.url, "EMAIL_URL": smtp_server.url}
    processes.start_worker()
    processes.start_beat()
    yield
    # One that is stalled would not hear that it shall end.
    if own_redis.process:
        own_redis.process.send_signal(signal.SIGCONT)


@pytest.fixture
def page_of_olivia(backstage: None, cast: Cast, request: pytest.FixtureRequest) -> Page:
    """Olivia is signed in; the web server began after what stands behind it was known."""
    page: Page = request.getfixturevalue("signed_in")(cast.olivia)
    return page


def refuse(redis: Redis) -> None:
    redis.stop()


def stall(redis: Redis) -> None:
    """It takes connections, and never answers."""
    assert redis.process
    redis.process.send_signal(signal.SIGSTOP)


def recover(redis: Redis) -> None:
    if redis.process:
        redis.process.send_signal(signal.SIGCONT)
    else:
        redis.start()


def invite(page: Page, address: str) -> float:
    """Invite somebody; the seconds from pressing the button to the page that says so."""
    page.goto(f"{INVITATIONS}new/")
    page.locator("[name=email]").fill(address)
    begun = perf_counter()
    page.get_by_role("button", name="Send invitation").click()
    queued = f"The invitation to {address} is queued; the mail leaves in a moment."
    expect(page.locator("#toasts")).to_contain_text(queued)
    return perf_counter() - begun


def line(page: Page, address: str) -> str:
    """What the list of invitations says of an address."""
    page.goto(INVITATIONS)
    return page.get_by_role("row").filter(has_text=address).inner_text()


# A Redis that stalls is the worse one; what one that refuses costs, and that the mail leaves once, is in tests/faults.
@pytest.mark.parametrize("break_down", [pytest.param(refuse, marks=pytest.mark.long), stall])
def test_inviting_goes_on_and_says_why_a_mail_has_not_left(
    break_down: Callable[[Redis], None], page_of_olivia: Page, own_redis: Redis, smtp_server: MailServer
) -> None:
    """One day after the other, for to start all that stands behind the page is what takes long."""
    without_redis(page_of_olivia, own_redis, smtp_server, break_down)
    without_a_mail_server(page_of_olivia, smtp_server)


def without_redis(page: Page, own_redis: Redis, smtp_server: MailServer, break_down: Callable[[Redis], None]) -> None:
    """Inviting costs less than a second more, and the mail leaves once."""
    # The first one warms the server up.
    times = [invite(page, f"usual-{number}@example.com") for number in range(4)]
    usual = median(times[1:])
    smtp_server.wait_for("usual-3@example.com")

    break_down(own_redis)
    took = invite(page, "new.comer@example.com")
    print(f"Inviting took {usual:.2f} s as usual, and {took:.2f} s without Redis.")
    assert took < usual + SECOND
    assert "not delivered yet" in line(page, "new.comer@example.com").lower()
    for path in SIGNED_IN:
        begun = perf_counter()
        answer = page.goto(path)
        assert answer
        assert answer.status == 200
        assert perf_counter() - begun < usual + SECOND
    assert smtp_server.to("new.comer@example.com") == []

    recover(own_redis)
    back = perf_counter()
    smtp_server.wait_for("new.comer@example.com", seconds=MINUTE)
    print(f"The mail left {perf_counter() - back:.0f} s after Redis was back.")
    assert not wait_until(lambda: len(smtp_server.to("new.comer@example.com")) > 1, 5)
    assert "not delivered yet" not in line(page, "new.comer@example.com").lower()


def without_a_mail_server(page: Page, smtp_server: MailServer) -> None:
    """An invitation says why its mail has not left, until it has."""
    smtp_server.stop()
    invite(page, "late.comer@example.com")
    assert wait_until(
        lambda: "The mail server cannot be reached." in line(page, "late.comer@example.com"), 10, pause=0.5
    )
    assert "not delivered yet" in line(page, "late.comer@example.com").lower()

    smtp_server.start()
    smtp_server.wait_for("late.comer@example.com", seconds=2 * MINUTE)
    said = line(page, "late.comer@example.com").lower()
    assert "not delivered yet" not in said
    assert "cannot be reached" not in said
