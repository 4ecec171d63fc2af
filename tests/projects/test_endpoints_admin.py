"""The company's backends in the admin: made, renewed, switched off, tested, a secret shown once; and their calls."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from audit.models import Event
from outbox.models import Endpoint, Webhook
from tests.cast import Person
from tests.fixtures.receiver import Receiver
from tests.outbox.calling import SECRET, is_signed, make_endpoint, send, write

pytestmark = pytest.mark.django_db

LIST = "/admin/outbox/endpoint/"
CALLS = "/admin/outbox/webhook/"


@pytest.fixture
def staff(person: Callable[..., Person]) -> Client:
    """A member of staff who may do everything."""
    return person("stella.staff@example.com", is_staff=True, is_superuser=True).client


def press(client: Client, button: str, *rows: Endpoint | Webhook, at: str = LIST) -> str:
    """The page that follows a button of a list."""
    chosen = {"action": button, "_selected_action": [str(row.pk) for row in rows]}
    page: str = client.post(at, chosen, follow=True).text
    return page


def secret_in(page: str) -> str:
    [found] = re.findall(r"<code>(whsec_[^<]+)</code>", page)
    return str(found)


def logged() -> list[str]:
    return list(Event.objects.filter(action__startswith="endpoint.").order_by("id").values_list("action", flat=True))


def test_an_endpoint_is_made_and_its_secret_is_shown_once(staff: Client, receiver: Receiver) -> None:
    answer = staff.post(f"{LIST}add/", {"name": "Databases", "url": receiver.url})
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    secret, endpoint = secret_in(answer.text), Endpoint.objects.get()
    assert endpoint.secrets == [secret]
    assert secret not in endpoint.secret
    for address in (LIST, f"{LIST}{endpoint.pk}/change/", f"{LIST}{endpoint.pk}/history/"):
        page = staff.get(address)
        assert page.status_code == 200
        assert "whsec_" not in page.text
        assert endpoint.secret not in page.text
    event = Event.objects.get(action="endpoint.made")
    # Not the path: it may hold a token.
    assert (event.organization_id, event.after) == (None, {"host": "127.0.0.1"})
    assert "s3cret" not in str(Event.objects.values())


def test_an_address_that_must_not_be_called_or_a_name_that_is_taken_is_refused(
    staff: Client, receiver: Receiver
) -> None:
    make_endpoint(receiver.url)
    for name, url, sentence in (
        ("Others", "https://10.0.0.7/", "leads to nobody on the public internet"),
        ("Others", "http://169.254.169.254/latest", "leads to nobody on the public internet"),
        ("Others", "https://tom:secret@127.0.0.1/", "Leave the user name and the password out"),
        ("Databases", receiver.url, "already exists"),
    ):
        assert sentence in staff.post(f"{LIST}add/", {"name": name, "url": url}).text
    assert Endpoint.objects.count() == 1


def test_an_endpoint_moves_and_keeps_its_secret(staff: Client, receiver: Receiver) -> None:
    endpoint = make_endpoint("https://gone.example.com/")
    Endpoint.objects.update(failures=3)
    staff.post(f"{LIST}{endpoint.pk}/change/", {"name": "Queues", "url": receiver.url})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.failures, endpoint.secrets) == ("Queues", receiver.url, 0, [SECRET])
    assert logged() == ["endpoint.changed"]
    assert staff.post(f"{LIST}{endpoint.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_secret_is_renewed_and_both_count_for_a_day_or_until_staff_end_it(
    staff: Client, receiver: Receiver
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        endpoint = make_endpoint(receiver.url)
        first = secret_in(press(staff, "renew_secret", endpoint))
        send(write(endpoint))
        clock.shift(timedelta(hours=1))
        assert "Choose one endpoint" in press(staff, "renew_secret", endpoint, make_endpoint(receiver.url, "Others"))
        assert "The former secret of 1 endpoint has ended." in press(staff, "end_former", endpoint)
        assert "Only one secret counts." in press(staff, "end_former", endpoint)
        send(write(endpoint))
        signed = [(is_signed(got, SECRET), is_signed(got, first)) for got in receiver.got]
        assert signed == [(True, True), (False, True)]
        done = ["endpoint.secret_renewed", "endpoint.former_secret_ended", "endpoint.former_secret_ended"]
        assert logged() == done


def test_an_endpoint_is_tested_and_switched(staff: Client, receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    Endpoint.objects.update(failures=4)
    assert "1 endpoint has answered." in press(staff, "test", endpoint)
    [got] = receiver.got
    assert (got.said["type"], got.said["data"], is_signed(got, SECRET)) == ("ping", {}, True)
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
    receiver.status = 401
    assert "The receiver does not accept our signature." in press(staff, "test", endpoint)
    assert "1 endpoint is switched off." in press(staff, "switch_off", endpoint)
    assert "It is off already." in press(staff, "switch_off", endpoint)
    assert "1 endpoint is switched on." in press(staff, "switch_on", endpoint)
    assert "It is on already." in press(staff, "switch_on", endpoint)
    events = Event.objects.filter(action__startswith="endpoint.").order_by("id")
    assert [event.outcome for event in events] == ["done", "done", "done", "denied", "done", "denied"]


def test_who_may_only_look_does_nothing(person: Callable[..., Person], receiver: Receiver) -> None:
    looker = person("luke.looker@example.com", is_staff=True)
    looker.user.user_permissions.add(Permission.objects.get(codename="view_endpoint"))
    endpoint = make_endpoint(receiver.url)
    for button in ("renew_secret", "switch_off", "test", "end_former"):
        press(looker.client, button, endpoint)
    assert looker.client.post(f"{LIST}{endpoint.pk}/change/", {"name": "x", "url": receiver.url}).status_code == 403
    assert looker.client.post(f"{LIST}add/", {"name": "x", "url": receiver.url}).status_code == 403
    assert (logged(), receiver.got) == ([], [])


def test_dead_letters_are_found_and_tried_again_and_never_read(staff: Client, receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    receiver.status = 410
    webhook = write(endpoint, said="Ada's database")
    send(webhook)
    page = staff.get(CALLS, {"state__exact": "failed"}).text
    assert "The receiver wants no more calls about this." in page
    for address in (CALLS, f"{CALLS}{webhook.pk}/change/"):
        assert "Ada" not in staff.get(address).text
    assert staff.get(CALLS, {"body__contains": "Ada"}).status_code == 400
    assert "Databases" in staff.get(CALLS, {"q": str(webhook.subject_id)}).text
    assert "1 message is being sent." in press(staff, "try_again_now", webhook, at=CALLS)
    receiver.status = 204
    assert send(webhook)
    assert "This message has been sent." in press(staff, "try_again_now", webhook, at=CALLS)
