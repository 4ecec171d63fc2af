"""The page of the stream: who may set it up, what it says, and the secret that is shown once."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import Session
from audit.models import Event
from console.refusal import Refused
from organizations.actions import create_role, remove_stream, send_stream, set_stream
from organizations.models import AuditStream, Membership
from tests.cast import Cast, make_person
from tests.fixtures.receiver import Receiver
from tests.organizations.streaming import as_it_is, happen, is_signed, stream_to
from tests.reading import body, error_at, main_words, posts, words_at

PAGE = "/o/acme/settings/audit-log/stream/"
NIGHT = datetime(2030, 1, 7, 23, 0, tzinfo=UTC)


def make(client: Client, url: str, *, page: str = PAGE) -> HttpResponseBase:
    return client.post(page, {"url": url, "begin": "now"})


def secrets_in(response: HttpResponseBase) -> set[str]:
    return set(re.findall(r"whsec_[A-Za-z0-9+/=]{44}", body(response)))


def test_it_is_set_up_shows_its_secret_once_and_sends(cast: Cast, receiver: Receiver) -> None:
    client = cast.adam.client
    assert "Nothing is sent yet." in main_words(client.get(PAGE))
    shown = make(client, receiver.url)
    [secret] = secrets_in(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert secrets_in(client.get(PAGE)) == set()
    stream = AuditStream.objects.get()
    assert secret not in stream.secret
    happen(cast.acme, 1)
    # Making Acme, making the stream, and what happened.
    assert "Waiting 3 events Last sent Nothing yet" in words_at(client.get(PAGE), "id", "state")
    send_stream(stream.pk)
    assert is_signed(receiver.got[0], secret)
    said = words_at(client.get(PAGE), "id", "state")
    assert said.endswith("Waiting 0 events Last sent just now")
    event = Event.objects.get(action="stream.set")
    assert event.after["host"] == "127.0.0.1"
    assert "s3cret" not in str((event.before, event.after, event.detail.texts, event.detail.target))


def test_the_lines_of_python_on_the_page_verify(cast: Cast, receiver: Receiver) -> None:
    """What the page shows is run as it stands there, on what was sent."""
    page = body(cast.adam.client.get(PAGE))
    stream = stream_to(receiver.url, cast)
    send_stream(stream.pk)
    [got] = receiver.got
    names: dict[str, object] = {}
    exec(unescape(page.partition("<code>")[2].partition("</code>")[0]), names)  # noqa: S102 -- our own page
    is_ours = names["is_ours"]
    assert callable(is_ours)
    assert is_ours(stream.secrets[0], got.headers, got.body)
    assert not is_ours(stream.secrets[0], got.headers, got.body + b" ")
    assert not is_ours("whsec_" + "A" * 44, got.headers, got.body)
    assert not is_ours(stream.secrets[0], {**got.headers, "webhook-timestamp": "1700000000"}, got.body)


def test_it_says_since_when_and_why_nothing_arrives(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    receiver.status = 503
    send_stream(stream.pk)
    page = cast.adam.client.get(PAGE)
    said = words_at(page, "id", "state")
    assert "State Failing" in said
    assert "Last error The receiver has a problem of its own. (HTTP 503)" in said
    assert "Next try in a moment" in said
    assert "Nothing is lost either" in main_words(page)


def test_a_test_event_is_sent_at_once_and_its_answer_said(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    client = cast.adam.client
    assert "The receiver has taken the test event." in body(client.post(f"{PAGE}test/", follow=True))
    [got] = receiver.got
    assert (got.said["type"], got.said["organization"]) == ("ping", str(cast.acme.pk))
    assert is_signed(got, stream.secrets[0])
    receiver.status = 500
    said = body(client.post(f"{PAGE}test/", follow=True))
    assert "The receiver has a problem of its own. (HTTP 500)" in said
    # Neither order nor back-off know of it.
    assert (as_it_is(stream).position, as_it_is(stream).failures) == (stream.position, 0)
    for _further in range(8):
        client.post(f"{PAGE}test/")
    assert "That were many tests." in body(client.post(f"{PAGE}test/", follow=True))
    assert len(receiver.got) + len(receiver.refused) == 10


def test_another_address_a_pause_and_a_new_secret(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    client = cast.adam.client
    client.post(PAGE, {"url": receiver.url + "&v=2"})
    assert (as_it_is(stream).url, as_it_is(stream).is_on) == (receiver.url + "&v=2", False)
    assert "State Paused" in words_at(client.get(PAGE), "id", "state")
    shown = client.post(f"{PAGE}secret/")
    assert secrets_in(shown) == {as_it_is(stream).secrets[0]}
    assert "everything is signed with the former secret too" in main_words(shown)
    event = Event.objects.get(action="stream.changed")
    assert (event.before, event.after) == (
        {"host": "127.0.0.1", "is_on": True},
        {"host": "127.0.0.1", "is_on": False},
    )


def test_removing_asks_first_and_old_tabs_find_it_gone(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    client = cast.adam.client
    assert f"{PAGE}removal/" in posts(client.get(f"{PAGE}removal/"))
    client.post(f"{PAGE}removal/")
    assert not AuditStream.objects.exists()
    assert Event.objects.get(action="stream.removed").before["host"] == "127.0.0.1"
    for place in ("removal/", "secret/", "test/"):
        assert "Somebody has removed the stream meanwhile." in body(client.post(PAGE + place, follow=True))
    send_stream(stream.pk)
    assert receiver.got == []


def test_two_at_once_make_one_stream_and_the_second_is_told(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    # The other's page was opened before, and its form is sent now.
    said = make(cast.olivia.client, "https://8.8.8.8/")
    assert "The log is sent somewhere already." in main_words(said)
    assert (as_it_is(stream).url, as_it_is(stream).is_on) == (receiver.url, True)
    remove_stream(stream=stream, by=cast.adam.actor(cast.acme))
    changed = cast.olivia.client.post(PAGE, {"url": receiver.url, "is_on": "on"}, follow=True)
    assert "Somebody has removed the stream meanwhile." in body(changed)
    assert not AuditStream.objects.exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://169.254.169.254/latest/meta-data/", "leads into a private network"),
        ("https://[fd00:ec2::254]/", "leads into a private network"),
        ("https://localhost/", "leads into a private network"),
        ("http://8.8.8.8/", "must begin with https"),
        ("https://admin:admin@8.8.8.8/", "Leave the user name and the password out"),
        ("javascript:alert(1)", "must begin with https"),
    ],
)
def test_an_address_inside_is_refused_at_its_field(cast: Cast, url: str, sentence: str) -> None:
    """ATTACKS 32, for a new stream and for one that is there."""
    client = cast.adam.client
    assert sentence in error_at(make(client, url), "url")
    stream = stream_to("https://8.8.8.8/", cast)
    assert sentence in error_at(client.post(PAGE, {"url": url, "is_on": "on"}), "url")
    assert as_it_is(stream).url == "https://8.8.8.8/"


def test_who_only_reads_the_log_may_not_set_it_up(cast: Cast) -> None:
    role = create_role(
        organization=cast.acme, name="Reader", permissions=["view_audit_log"], by=cast.olivia.actor(cast.acme)
    )
    Membership.objects.filter(pk=cast.mia.membership(cast.acme).pk).update(role="custom", custom_role=role)
    for answer in (cast.mia.client.get(PAGE), make(cast.mia.client, "https://8.8.8.8/")):
        assert answer.status_code == 403
        assert "set the rules for security" in main_words(answer)
    assert not AuditStream.objects.exists()


def test_who_may_not_read_the_log_sends_it_nowhere(cast: Cast, receiver: Receiver) -> None:
    """Whichever way they come: the action itself asks (docs/decisions/0025)."""
    role = create_role(
        organization=cast.acme, name="Security", permissions=["manage_security"], by=cast.olivia.actor(cast.acme)
    )
    guard = make_person("gus.guard@example.com")
    Membership.build(organization=cast.acme, user=guard.user, role="custom", custom_role=role).save()
    with pytest.raises(Refused, match="see the audit log"):
        set_stream(organization=cast.acme, url=receiver.url, begin="first", by=guard.actor(cast.acme))
    assert not AuditStream.objects.exists()


def test_a_personal_account_has_a_stream_of_its_own(cast: Cast, receiver: Receiver) -> None:
    page = "/o/personal/settings/audit-log/stream/"
    [secret] = secrets_in(make(cast.sam.client, receiver.url, page=page))
    personal = cast.sam.user.personal_account
    happen(personal, 1)
    send_stream(AuditStream.objects.get(organization=personal).pk)
    assert is_signed(receiver.got[0], secret)
    assert {got.said["organization"] for got in receiver.got} == {str(personal.pk)}


def test_it_asks_again_who_one_is(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(NIGHT, tick=False) as clock:
        stream_to(receiver.url, cast)
        client = cast.adam.client
        Session.objects.filter(user=cast.adam.user).update(expire_date=NIGHT + timedelta(days=9))
        clock.shift(timedelta(hours=3))
        before = AuditStream.objects.get().secret
        for place, data in (("", {"url": "https://8.8.8.8/", "is_on": "on"}), ("secret/", {}), ("removal/", {})):
            assert "Confirm that it is you" in main_words(client.post(PAGE + place, data))
    assert (AuditStream.objects.get().url, AuditStream.objects.get().secret) == (receiver.url, before)
