"""The stream of a log: everything arrives, in order, however bad the receiver's days are."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from audit.chaining import link_events
from audit.models import Event
from audit.pruning import prune
from organizations.actions import change_stream, create_role, renew_stream_secret, send_stream, sweep_streams
from organizations.actions.stream_batches import next_batch
from organizations.models import AuditStream, Membership
from tests.cast import Cast, make_person
from tests.fixtures.receiver import Got, Receiver
from tests.organizations.streaming import as_it_is, end_of, happen, is_signed, stream_to, try_for
from tests.reading import mails_to

MORNING = datetime(2030, 1, 7, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_happens_arrives_in_order_signed_and_once(cast: Cast, receiver: Receiver, worker_here: None) -> None:
    stream = stream_to(receiver.url, cast)
    happen(cast.acme, 1, 2, 3)
    happen(cast.rival, 4)
    assert sweep_streams() == 1
    assert sweep_streams() == 0
    [got] = receiver.got
    assert got.path == "/log?token=s3cret"
    assert got.headers["content-type"] == "application/json"
    assert is_signed(got, stream.secrets[0])
    said = got.said
    first = stream.position + 1
    assert (said["type"], said["organization"]) == ("events", str(cast.acme.pk))
    # What made the stream, and then what happened.
    assert (said["first"], said["last"]) == (first, first + 3)
    assert [event["action"] for event in said["events"]] == ["stream.set", *["thing.happened"] * 3]
    assert [event["after"].get("number") for event in said["events"]] == [None, 1, 2, 3]
    assert [event["position"] for event in said["events"]] == list(range(first, first + 4))
    assert "s3cret" not in str(said["events"])
    assert "gap" not in said
    assert as_it_is(stream).position == end_of(stream)


def test_more_than_one_batch_goes_at_once_and_from_the_first_event(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organizations.actions.stream_batches.EVENTS", 4)
    happen(cast.acme, *range(10))
    stream = stream_to(receiver.url, cast, begin="first")
    send_stream(stream.pk)
    assert receiver.positions == list(range(1, end_of(stream) + 1))
    assert {len(got.said["events"]) for got in receiver.got[:-1]} == {4}
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert len(set(ids)) == len(ids) > 2


def test_a_message_is_no_longer_than_half_a_megabyte(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organizations.actions.stream_batches.CHARACTERS", 900)
    stream = stream_to(receiver.url, cast)
    happen(cast.acme, *range(5))
    send_stream(stream.pk)
    # An event is about 450 characters here: two in a message, and one that is longer than that still goes alone.
    assert receiver.positions == list(range(stream.position + 1, stream.position + 7))
    assert len(receiver.got) > 2


def test_a_receiver_that_is_down_for_a_day_gets_everything_in_order(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        receiver.stop()
        for number in range(6):
            happen(cast.acme, number)
            try_for(stream, clock, timedelta(hours=4) - timedelta(minutes=1))
        failing = as_it_is(stream)
        assert failing.trouble == "The receiver cannot be reached."
        assert failing.failing_since is not None
        assert failing.failing_since - MORNING < timedelta(minutes=1)
        # Hour by hour at the end, and nobody was mailed within the day.
        assert 23 < failing.failures < 40
        assert mails_to("adam.admin@example.com", "stream-failing") == []
        receiver.start()
        try_for(stream, clock, timedelta(hours=1))
    assert [event["after"].get("number") for event in receiver.events] == [None, *range(6)]
    recovered = as_it_is(stream)
    assert (recovered.failures, recovered.failing_since, recovered.last_error) == (0, None, "")
    assert recovered.position == end_of(stream)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (500, "The receiver has a problem of its own."),
        (401, "The receiver does not accept our signature."),
        (404, "The receiver knows nothing of this address."),
        (429, "The receiver is asked too often."),
        (302, "The receiver sends us on to another address, which we do not follow. Enter that one."),
        (499, "The receiver has refused what we send."),
    ],
)
def test_what_is_refused_is_sent_again_the_same(cast: Cast, receiver: Receiver, status: int, sentence: str) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        receiver.status, receiver.location = status, "http://169.254.169.254/latest/meta-data/"
        send_stream(stream.pk)
        assert (as_it_is(stream).trouble, as_it_is(stream).last_status) == (sentence, status)
        # Not yet due.
        send_stream(stream.pk)
        assert len(receiver.refused) == 1
        # What happens meanwhile waits for its turn: the batch under this id stays what it was.
        happen(cast.acme, 1)
        receiver.status = 200
        try_for(stream, clock, timedelta(minutes=1))
    [refused], [again, new] = receiver.refused, receiver.got
    assert (again.headers["webhook-id"], again.body) == (refused.headers["webhook-id"], refused.body)
    assert new.headers["webhook-id"] != refused.headers["webhook-id"]
    assert receiver.positions == [stream.position + 1, stream.position + 2]


def test_a_worker_that_dies_after_the_receivers_yes_leaves_a_repeat_that_can_be_known(
    cast: Cast, receiver: Receiver
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)

        def die(got: Got) -> None:
            raise SystemExit

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(AuditStream, "note_arrived", die)
            with pytest.raises(SystemExit):
                send_stream(stream.pk)
        happen(cast.acme, 1)
        # The claim still holds: nobody else goes on before it has run out.
        send_stream(stream.pk)
        assert len(receiver.got) == 1
        clock.shift(timedelta(seconds=26))
        send_stream(stream.pk)
    [first, again, new] = receiver.got
    assert (again.headers["webhook-id"], again.body) == (first.headers["webhook-id"], first.body)
    assert [event["after"].get("number") for event in new.said["events"]] == [1]


def test_a_worker_that_has_lost_its_claim_moves_nothing(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)

        [slow] = AuditStream.objects.claim(1)
        batch = next_batch(slow)
        assert batch is not None
        assert slow.begin_batch(batch.last)
        # The receiver takes its time, for longer than the claim.
        clock.shift(timedelta(seconds=26))
        happen(cast.acme, 1)
        send_stream(stream.pk)
        assert not slow.note_arrived()
        assert not slow.note_failure("The receiver cannot be reached.")
    assert as_it_is(stream).position == stream.position + 2
    assert as_it_is(stream).failures == 0
    assert receiver.positions == [stream.position + 1, stream.position + 2]


def test_another_address_gets_what_the_former_one_was_just_being_sent(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    new_address = receiver.url.replace("/log", "/elsewhere")

    [claimed] = AuditStream.objects.claim(1)
    batch = next_batch(claimed)
    assert batch is not None
    assert claimed.begin_batch(batch.last)
    change_stream(stream=stream, url=new_address, is_on=True, by=cast.adam.actor(cast.acme))
    assert not claimed.note_arrived()
    link_events()
    send_stream(stream.pk)
    assert {got.path for got in receiver.got} == {"/elsewhere?token=s3cret"}
    assert receiver.positions == [stream.position + 1, stream.position + 2]


def test_while_it_is_paused_nothing_is_sent_and_nothing_lost(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    change_stream(stream=stream, url=receiver.url, is_on=False, by=cast.adam.actor(cast.acme))
    happen(cast.acme, 1)
    send_stream(stream.pk)
    assert receiver.got == []
    change_stream(stream=stream, url=receiver.url, is_on=True, by=cast.adam.actor(cast.acme))
    link_events()
    send_stream(stream.pk)
    assert [event["action"] for event in receiver.events] == [
        "stream.set",
        "stream.changed",
        "thing.happened",
        "stream.changed",
    ]


def test_for_a_day_both_secrets_sign(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        [former] = stream.secrets
        renewed = renew_stream_secret(stream=stream, by=cast.adam.actor(cast.acme))
        new = renewed.secrets[0]
        assert new != former
        send_stream(stream.pk)
        clock.shift(DAY + timedelta(seconds=1))
        happen(cast.acme, 1)
        send_stream(stream.pk)
    during, after = receiver.got
    assert (is_signed(during, former), is_signed(during, new)) == (True, True)
    assert (is_signed(after, former), is_signed(after, new)) == (False, True)


def test_who_looks_after_it_is_told_once_after_a_day(cast: Cast, receiver: Receiver) -> None:
    # Who may set rules for security and not read the log has no business with the stream.
    guard, rules = make_person("gus.guard@example.com"), ["manage_security"]
    role = create_role(organization=cast.acme, name="Guard", permissions=rules, by=cast.olivia.actor(cast.acme))
    Membership.build(organization=cast.acme, user=guard.user, role="custom", custom_role=role).save()
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        receiver.status = 503
        for _attempt in range(3):
            send_stream(stream.pk)
            clock.shift(DAY)
        told = [len(mails_to(person.user.email, "stream-failing")) for person in cast.roles.values()]
        assert told == [1, 1, 0, 0, 0]
        assert mails_to("gus.guard@example.com", "stream-failing") == []
        [mail] = mails_to("adam.admin@example.com", "stream-failing")
        assert "The receiver has a problem of its own." in mail.text
        assert "s3cret" not in mail.text
        bell = cast.adam.client.get("/notifications/").content.decode()
        assert "The audit log of Acme does not arrive at its receiver." in bell
        receiver.status = 200
        try_for(stream, clock, timedelta(hours=1))
        assert "does not arrive" not in cast.adam.client.get("/notifications/").content.decode()


@pytest.mark.parametrize(("status", "after"), [(410, timedelta(0)), (500, timedelta(days=30))])
def test_a_receiver_that_wants_no_more_or_is_gone_for_a_month_is_left_alone(
    cast: Cast, receiver: Receiver, status: int, after: timedelta
) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        receiver.status = status
        send_stream(stream.pk)
        if after:
            clock.shift(after)
            send_stream(stream.pk)
        link_events()
        assert not as_it_is(stream).is_on
        event = Event.objects.get(action="stream.switched_off")
        assert (event.actor_kind, event.organization_id, event.after["status"]) == ("system", cast.acme.pk, status)
        assert len(mails_to("olivia.owner@example.com", "stream-switched-off")) == 1
        # Switched on again it goes on where it was.
        receiver.status = 200
        change_stream(stream=as_it_is(stream), url=receiver.url, is_on=True, by=cast.adam.actor(cast.acme))
        send_stream(stream.pk)
    assert receiver.positions[:2] == [stream.position + 1, stream.position + 2]


def test_what_was_pruned_before_it_could_be_sent_is_named(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        happen(cast.acme, 1, 2)
        receiver.status = 503
        send_stream(stream.pk)
        clock.shift(timedelta(days=20))
        happen(cast.acme, 3)
        prune(cast.acme.pk, MORNING + DAY)
        receiver.status = 200
        send_stream(stream.pk)
    [all_gone, rest] = [got.said for got in receiver.got]
    first = stream.position + 1
    assert all_gone == {
        "type": "events",
        "organization": str(cast.acme.pk),
        "first": first,
        "last": first + 2,
        "gap": {"first": first, "last": first + 2},
        "events": [],
    }
    assert (rest["first"], [event["after"] for event in rest["events"]]) == (first + 3, [{"number": 3}])


def test_what_was_erased_before_it_is_sent_is_sent_erased(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    event = Event.objects.get(action="stream.set")
    assert event.detail.actor == "Adam Admin"
    type(event.detail).objects.filter(pk=event.pk).update(actor="", address=None, device="", texts={})
    send_stream(stream.pk)
    assert receiver.events[0]["actor"]["name"] == ""


def test_a_secret_that_no_key_opens_is_said_and_nothing_is_sent(cast: Cast, receiver: Receiver) -> None:
    stream = stream_to(receiver.url, cast)
    AuditStream.objects.update(secret="made-up")
    send_stream(stream.pk)
    assert as_it_is(stream).trouble == "The secret cannot be opened any more. Renew it."
    assert receiver.got == receiver.refused == []
