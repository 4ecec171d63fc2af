"""The harness itself: each fixture does what its docstring says."""

import smtplib
import socket
import time
from email.message import EmailMessage

import pytest
import redis
from django.core.mail import send_mail
from django.db import connection
from playwright.sync_api import Browser, Page

from outbox.models import Mail
from tests.conftest import in_shares
from tests.fixtures.browser import Complaints
from tests.fixtures.network import MailServer
from tests.fixtures.processes import Process
from tests.harness.preparation import Step, environment_with
from tests.harness.runs import PytestBeside, Run, slowest
from tests.harness.servers import Redis, wait_until


@pytest.mark.embedded
def test_the_database_is_empty_and_migrated(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchone()[0] > 0


@pytest.mark.embedded
def test_addresses_beyond_loopback_are_closed() -> None:
    with pytest.raises(RuntimeError, match="socket"), pytest.warns(match="socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.embedded
def test_sleeping_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="sleeps"):
        time.sleep(0.01)


def test_mail_is_received_and_the_server_can_be_down(smtp_server: MailServer) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Grüße"
    message.set_content("Hello")
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as client:
        client.send_message(message)
    assert smtp_server.wait_for("b@example.com").get_content().strip() == "Hello"
    assert smtp_server.summary() == ["b@example.com: Grüße"]

    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP("127.0.0.1", smtp_server.port)
    smtp_server.start()

    smtp_server.answer = "451 Try later"
    with smtplib.SMTP("127.0.0.1", smtp_server.port) as client, pytest.raises(smtplib.SMTPDataError):
        client.send_message(message)
    assert len(smtp_server.messages) == 1


def test_redis_is_ours_and_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_redis_of_ones_own_stops_and_starts(own_redis: Redis) -> None:
    assert own_redis.answers()
    own_redis.stop()
    assert not own_redis.answers()
    own_redis.start()
    assert own_redis.answers()


def test_a_stalled_port_connects_and_stays_silent(stalled_port: int) -> None:
    with socket.create_connection(("127.0.0.1", stalled_port), timeout=0.2) as connection:
        connection.sendall(b"PING\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.browser
def test_the_browser_opens_a_page(page: Page) -> None:
    page.set_content("<h1>Console</h1>")
    assert page.get_by_role("heading").inner_text() == "Console"


@pytest.mark.e2e
def test_a_real_worker_sends_what_the_test_commits(celery_worker_process: Process) -> None:
    send_mail("Join Acme", "Hello", None, ["tom.tech@example.com"])
    assert wait_until(lambda: Mail.objects.get().state == Mail.State.SENT, seconds=10)


@pytest.mark.e2e
@pytest.mark.browser
@pytest.mark.embedded
def test_a_live_console_serves_its_pages_without_complaint(live_console: str, page: Page) -> None:
    page.goto("/accounts/login/")
    assert page.url.startswith(live_console)
    assert page.locator("h1").count() == 1


@pytest.mark.browser
def test_a_complaint_of_the_browser_is_kept(browser: Browser) -> None:
    complaints = Complaints()
    context = browser.new_context()
    complaints.watch(context)
    page = context.new_page()
    page.set_content("<script>console.error('oh'); missing()</script>")
    page.wait_for_timeout(100)
    assert [line.partition(" (")[0] for line in complaints.lines] == ["oh", "script error: missing is not defined"]
    context.close()


def test_a_process_of_tests_has_the_engines_of_its_run_and_keeps_what_it_compiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("DATABASE_URL", "postgres://of.somebody/else")
    monkeypatch.setenv("CONSOLE_TEST_TEMPLATE", "of another run")
    monkeypatch.setenv("LANG", "C.UTF-8")
    environment = environment_with({"DATABASE_URL": "postgres://of.this/run"})
    assert environment["DATABASE_URL"] == "postgres://of.this/run"
    assert environment["LANG"] == "C.UTF-8"
    assert not {"PYTHONDONTWRITEBYTECODE", "CONSOLE_TEST_TEMPLATE"} & set(environment)


def test_a_step_before_the_tests_says_whether_it_went_well_and_ends_with_who_began_it() -> None:
    with Step("this") as well, Step("no_such_module") as badly:
        assert well.is_done()
        assert not badly.is_done()
    with Step("http.server", "0", "--bind", "127.0.0.1") as endless:
        pass
    assert not endless.is_done()


def test_a_run_beside_another_speaks_when_it_is_finished_and_one_without_a_report_has_failed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.executable", "echo")
    with PytestBeside("Nothing, nowhere", {}, ["tests/billing", "--embedded"], processes=2) as beside:
        wait_until(lambda: bool(beside.log.read_text()), seconds=10)
        assert capfd.readouterr().out == ""
        run = beside.finish()
    title, words = capfd.readouterr().out.split("\n")[1:3]
    assert title == "── Nothing, nowhere ──"
    assert words.startswith("-m pytest ")
    assert words.endswith(" -n2 --dist=worksteal tests/billing --embedded")
    assert (run.failed, run.ok, beside.log.exists()) == (1, False, False)


class Item:
    """A test, as far as it matters where it stands."""

    def __init__(self, name: str, *, waits: bool = False, in_browser: bool = False) -> None:
        self.name, self.waits = name, waits
        self.fixturenames = ["browser"] if in_browser else []

    def get_closest_marker(self, name: str) -> bool | None:
        return self.waits or None


def test_one_share_begins_with_what_waits_and_browsers_come_last_in_each() -> None:
    items = [
        Item("story 1", in_browser=True),
        Item("story 2", in_browser=True),
        Item("bad day", in_browser=True, waits=True),
        Item("a"),
        Item("worker 1", waits=True),
        Item("b"),
        Item("worker 2", waits=True),
        Item("c"),
    ]
    in_two = [item.name for item in in_shares(items, 2)]  # type: ignore[arg-type]  # stand in for tests
    assert in_two == ["worker 1", "worker 2", "a", "story 1", "bad day", "b", "c", "story 2"]


def test_the_slowest_are_named_and_those_over_the_limit_marked() -> None:
    seconds = {
        "tests.e2e.test_a.test_story": 39.0,
        "tests.audit.test_b.test_slow": 20.5,
        "tests.audit.test_b.test_c": 1.0,
    }
    assert slowest(Run("PostgreSQL, Redis", 0, seconds=seconds)).splitlines() == [
        "The slowest on PostgreSQL, Redis:",
        "  39.0 s  tests.e2e.test_a.test_story",
        "  20.5 s  tests.audit.test_b.test_slow  ← over the limit",
        "   1.0 s  tests.audit.test_b.test_c",
    ]
