"""Letters: what each mail of this console looks like."""

import pytest
from pytest_django import DjangoAssertNumQueries

from console.ids import uuid7
from outbox.letters import Letter, Link, send
from outbox.models import Mail

pytestmark = pytest.mark.django_db

ORGANIZATION = uuid7()


def invitation(**changes: object) -> Letter:
    values = {
        "subject": "Join Acme",
        "greeting": "Hello Tom,",
        "paragraphs": ["Olivia invites you to Acme.", "You would be Tech."],
        "reason": "This mail came because Olivia typed your address.",
        "action": Link("See invitation", "https://console.example.com/invitations/abc/?a=1&b=2"),
        "organization_name": "Acme",
        "expires": "The link works until 29 November.",
    }
    return Letter(**(values | changes))  # type: ignore[arg-type]  # a test's table of values


def test_a_letter_says_the_same_in_text_and_html() -> None:
    mail = send(invitation(), to="tom.tech@example.com", kind="invitation", organization_id=ORGANIZATION)
    assert mail == Mail.objects.get()
    assert (mail.to, mail.kind, mail.organization_id) == ("tom.tech@example.com", "invitation", ORGANIZATION)
    for words in (
        "Hello Tom,",
        "Olivia invites you to Acme.",
        "You would be Tech.",
        "This mail came because Olivia typed your address.",
        "The link works until 29 November.",
    ):
        assert words in mail.text
        assert words in mail.html
    assert "https://console.example.com/invitations/abc/?a=1&b=2" in mail.text
    assert 'href="https://console.example.com/invitations/abc/?a=1&amp;b=2"' in mail.html
    assert "See invitation" in mail.html


def test_what_people_typed_is_inert_in_html_and_unchanged_in_text() -> None:
    """Attack 34: markup and template syntax in names."""
    name = "<img src=x onerror=alert(1)> {{ 7*7 }} O'Brien & Co"
    mail = send(invitation(organization_name=name, paragraphs=[name]), to="tom.tech@example.com", kind="invitation")
    assert "<img src=x" not in mail.html
    assert "{{ 7*7 }}" in mail.html
    assert name in mail.text


def test_a_subject_stays_one_line() -> None:
    mail = send(invitation(subject="Join Acme\r\nBcc: v@example.com"), to="tom.tech@example.com", kind="invitation")
    assert mail.subject == "Join Acme Bcc: v@example.com"


def test_the_shortest_letter() -> None:
    mail = send(Letter(subject="Hi", paragraphs=["One."], reason="Because."), to="tom.tech@example.com", kind="notice")
    assert "One." in mail.text
    assert "None" not in mail.text
    assert "None" not in mail.html
    assert mail.organization_id is None


def test_a_letter_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        send(invitation(), to="tom.tech@example.com", kind="invitation")
