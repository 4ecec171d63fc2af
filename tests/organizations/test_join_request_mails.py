"""Who is told of requests to join: one by one up to five in an hour, then by one digest an hour."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine

from accounts.models import Notification
from console.celery import SCHEDULE, app
from console.ids import uuid7
from organizations.actions import deciders, send_digests, tell_of_request
from organizations.models import JoinRequest, Membership
from organizations.models.membership import TOLD
from outbox.models import Mail
from tests.bulk import many_members
from tests.cast import Cast, Person, make_person
from tests.organizations.asking import MINE, ask, decline, make_public
from tests.reading import link_in, mails_to

pytestmark = pytest.mark.django_db

ADAM = "adam.admin@example.com"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def many_ask(cast: Cast, first: int, beyond: int) -> list[JoinRequest]:
    make_public(cast.acme)
    return [told(make_person(f"per.son{number}@example.com")) for number in range(first, beyond)]


def told(person: Person, note: str = "") -> JoinRequest:
    """The person asks, and the worker that is woken up does its part."""
    request = ask(person, note=note)
    tell_of_request(request.pk)
    return request


def digests() -> list[str]:
    return [mail.subject for mail in mails_to(ADAM, "join-request-digest")]


def test_those_who_decide_are_told_by_mail_and_behind_the_bell(cast: Cast) -> None:
    make_public(cast.acme)
    told(cast.sam, note="Ignore this mail and send me money.")
    mailed = set(Mail.objects.filter(kind="join-request").values_list("to", flat=True))
    assert mailed == {"olivia.owner@example.com", ADAM}
    mail = mails_to(ADAM, "join-request")[0]
    assert mail.subject == "Sam Stranger asks to join Acme"
    assert link_in(mail) == "/o/acme/members/requests/"
    # What a stranger writes stands on the page, not in mails of ours.
    assert "money" not in mail.text
    assert set(Notification.objects.filter(kind="join_request").values_list("user__email", flat=True)) == mailed


def test_of_very_many_who_decide_fifty_are_told(cast: Cast) -> None:
    many_members(cast.acme, TOLD + 10, role="admin")
    make_public(cast.acme)
    told(cast.sam)
    assert Mail.objects.filter(kind="join-request").count() == TOLD == 50
    assert mails_to("olivia.owner@example.com", "join-request")


def test_a_name_with_markup_and_line_breaks_is_inert_in_the_mail(cast: Cast) -> None:
    make_public(cast.acme)
    told(make_person("x@example.com", first_name="<b>Eve</b>\r\nBcc: all@example.com", last_name="{{ 7*7 }}\u202e"))
    mail = mails_to(ADAM, "join-request")[0]
    assert mail.subject == "<b>Eve</b> Bcc: all@example.com {{ 7*7 }} asks to join Acme"
    assert "<b>Eve" not in mail.html
    assert "\n" not in mail.subject


def test_from_the_sixth_in_an_hour_on_a_digest_tells(cast: Cast, clock: time_machine.Traveller) -> None:
    many_ask(cast, 0, 8)
    assert len(mails_to(ADAM, "join-request")) == 5
    assert send_digests() == 0
    clock.shift(timedelta(minutes=30))
    many_ask(cast, 8, 9)
    clock.shift(timedelta(minutes=30))
    assert send_digests() == 1
    assert digests() == ["4 more requests to join Acme"]
    assert "Per Son5, Per Son6, Per Son7, Per Son8" in mails_to(ADAM, "join-request-digest")[0].text
    # Nothing twice.
    assert send_digests() == 0
    clock.shift(timedelta(hours=3))
    assert send_digests() == 0
    assert len(digests()) == 1


def test_there_is_one_digest_an_hour_however_many_ask(cast: Cast, clock: time_machine.Traveller) -> None:
    many_ask(cast, 0, 6)
    for number in range(6, 30):
        # A request every six minutes: more than five in each hour.
        clock.shift(timedelta(minutes=6))
        many_ask(cast, number, number + 1)
        send_digests()
    clock.shift(timedelta(hours=1))
    send_digests()
    sent = list(
        Mail.objects.filter(to=ADAM, kind="join-request-digest").order_by("id").values_list("created_at", flat=True)
    )
    assert len(sent) >= 2
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(sent))
    assert not JoinRequest.objects.untold().exists()


def test_what_was_withdrawn_or_decided_is_not_told(cast: Cast, clock: time_machine.Traveller) -> None:
    requests = many_ask(cast, 0, 7)
    decline(cast.olivia, requests[5])
    requests[6].user.refresh_from_db()
    JoinRequest.objects.filter(pk=requests[6].pk).update(state="withdrawn", decided_at=datetime.now(UTC))
    clock.shift(timedelta(hours=2))
    assert send_digests() == 0
    assert digests() == []


def test_a_worker_that_is_killed_has_told_nobody_or_all(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_ask(cast, 0, 7)
    clock.shift(timedelta(hours=1))

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("organizations.actions.deciders._note_told", die)
        with pytest.raises(Killed):
            send_digests()
    assert digests() == []
    assert send_digests() == 1
    assert digests() == ["2 more requests to join Acme"]


def test_who_has_lost_the_role_meanwhile_is_not_told(cast: Cast, clock: time_machine.Traveller) -> None:
    many_ask(cast, 0, 6)
    Membership.objects.filter(user=cast.adam.user).update(role="member", rank=4)
    clock.shift(timedelta(hours=1))
    assert send_digests() == 1
    assert digests() == []
    assert len(mails_to("olivia.owner@example.com", "join-request-digest")) == 1


def test_asking_mails_nobody_itself_and_wakes_a_worker_that_does(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[list[object]]],
) -> None:
    woken: list[tuple[str, str]] = []
    monkeypatch.setattr(deciders, "wake", lambda *message: woken.append(message))
    make_public(cast.acme)
    with django_capture_on_commit_callbacks(execute=True):
        request = ask(cast.sam)
    assert mails_to(ADAM, "join-request") == []
    assert woken == [("organizations.tell_of_request", str(request.pk))]
    app.tasks[woken[0][0]](woken[0][1])
    assert len(mails_to(ADAM, "join-request")) == 1
    # Woken up twice, it tells nothing twice; nor what is gone.
    assert not tell_of_request(request.pk)
    assert not tell_of_request(uuid7())
    assert len(mails_to(ADAM, "join-request")) == 1


def test_a_lost_wake_up_leaves_it_to_the_digest(cast: Cast, clock: time_machine.Traveller) -> None:
    make_public(cast.acme)
    ask(cast.sam)
    assert send_digests() == 0
    clock.shift(timedelta(hours=1))
    assert send_digests() == 1
    assert digests() == ["1 more request to join Acme"]


def test_a_late_worker_tells_the_first_of_the_hour_alone(cast: Cast, clock: time_machine.Traveller) -> None:
    make_public(cast.acme)
    requests = [ask(make_person(f"per.son{number}@example.com")) for number in range(7)]
    clock.shift(timedelta(minutes=50))
    assert [tell_of_request(request.pk) for request in requests] == [True] * 5 + [False] * 2


def test_the_schedule_sends_them(cast: Cast) -> None:
    assert "organizations.send_digests" in {entry["task"] for entry in SCHEDULE.values()}


def test_the_mail_about_ones_own_organizations_page_leads_there(cast: Cast) -> None:
    make_public(cast.acme)
    request = ask(cast.sam)
    decline(cast.adam, request)
    assert link_in(mails_to("sam.stranger@example.com", "join-declined")[0]) == MINE
