"""/mailbox/ of the embedded engines."""

import pytest
from django.core.mail import send_mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from outbox.models import Mail
from tests.fixtures.network import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.urls("tests.outbox.urls")]

HTML = '<html><head><style>p { color: red }</style></head><body><a href="https://example.com/x">Go</a></body></html>'


@pytest.fixture(autouse=True)
def development(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.fixture
def mail() -> Mail:
    text = "Open https://console.example.com/invitations/abc/ <now>"
    send_mail("Join Acme", text, None, ["tom.tech@example.com"], html_message=HTML)
    return Mail.objects.get()


def test_an_empty_mailbox_says_what_it_is_for(client: Client) -> None:
    assert "No mail yet" in client.get("/mailbox/").text


def test_the_newest_mail_stands_first(client: Client) -> None:
    for day in (1, 3, 2):
        Mail.objects.create(
            to="a@example.com", subject=f"Day {day}", created_at=timezone.now().replace(year=2020, month=1, day=day)
        )
    page = client.get("/mailbox/").text
    assert page.index("Day 3") < page.index("Day 2") < page.index("Day 1")


@pytest.mark.parametrize(
    ("q", "shown", "missing"),
    [
        ("acme", "Join Acme", "No mail found"),
        ("TOM.TECH", "Join Acme", "No mail found"),
        ("nobody", "No mail found", "Join Acme"),
    ],
)
def test_mail_is_found_by_address_and_subject(client: Client, mail: Mail, q: str, shown: str, missing: str) -> None:
    page = client.get("/mailbox/", {"q": q}).text
    assert shown in page
    assert missing not in page


def test_a_mail_shows_its_text_with_links_and_its_html_in_a_frame(client: Client, mail: Mail) -> None:
    page = client.get(f"/mailbox/{mail.pk}/").text
    assert 'href="https://console.example.com/invitations/abc/"' in page
    assert "&lt;now&gt;" in page
    assert mail.headers["Message-ID"].strip("<>") in page
    assert f'src="/mailbox/{mail.pk}/html/"' in page


def test_the_html_of_a_mail_runs_nothing_and_opens_links_in_the_page_around_it(client: Client, mail: Mail) -> None:
    answer = client.get(f"/mailbox/{mail.pk}/html/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<base target="_top">' in answer.text


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/{}/", "/mailbox/{}/html/"])
def test_without_debug_there_is_no_mailbox(client: Client, mail: Mail, settings: Settings, path: str) -> None:
    settings.DEBUG = False
    assert client.get(path.format(mail.pk)).status_code == 404


def test_with_a_mail_server_there_is_no_mailbox(client: Client, smtp: MailServer) -> None:
    assert client.get("/mailbox/").status_code == 404


def test_a_mail_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/mailbox/01890000-0000-7000-8000-000000000000/").status_code == 404


def test_a_mail_says_what_goes_with_it(client: Client, mail: Mail) -> None:
    Mail.objects.update(attached="invoice:01980000-0000-7000-8000-000000000000")
    assert "invoice:01980000" in client.get(f"/mailbox/{mail.pk}/").text
