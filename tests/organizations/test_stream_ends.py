"""When the stream of a log stops: with the organization, and where staff switch it off."""

from datetime import UTC, datetime, timedelta

import time_machine

from audit.chaining import link_events
from audit.models import Event
from audit.pruning import prune
from organizations.actions import reopen_organization, send_stream, sweep_streams
from tests.cast import Cast, make_person
from tests.fixtures.receiver import Receiver
from tests.organizations.owning import close, told
from tests.organizations.streaming import as_it_is, end_of, happen, stream_to, try_for
from tests.reading import body, mails_to

MORNING = datetime(2030, 1, 7, 8, 0, tzinfo=UTC)
ADMIN = "/admin/organizations/auditstream/"


def test_it_stops_with_the_closing_and_goes_on_where_it_stopped(
    cast: Cast, receiver: Receiver, worker_here: None
) -> None:
    stream = stream_to(receiver.url, cast)
    happen(cast.acme, 1)
    closing = close(cast.acme, cast.olivia)
    # Not linked yet: nobody knows how far it may go.
    assert sweep_streams() == 0
    happen(cast.acme, 2)
    told(closing)
    happen(cast.acme, 3)
    assert sweep_streams() == 1
    assert [event["action"] for event in receiver.events][-2:] == ["thing.happened", "organization.closed"]
    happen(cast.acme, 4)
    assert sweep_streams() == 0
    send_stream(stream.pk)
    before = len(receiver.events)
    reopen_organization(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    link_events()
    assert sweep_streams() == 1
    assert [event["after"].get("number") for event in receiver.events[before:]][:2] == [2, 3]
    assert receiver.events[-1]["action"] == "organization.reopened"
    assert receiver.positions == list(range(stream.position + 1, end_of(stream) + 1))
    # The second time it ends with the second closing.
    close(cast.acme, cast.olivia)
    happen(cast.acme, 5)
    sweep_streams()
    assert receiver.events[-1]["action"] == "organization.closed"


def test_nothing_goes_out_once_the_closing_itself_was_forgotten(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        close(cast.acme, cast.olivia)
        link_events()
        send_stream(stream.pk)
        sent = len(receiver.got)
        clock.shift(timedelta(days=20))
        happen(cast.acme, 1)
        prune(cast.acme.pk, MORNING + timedelta(days=1))
        send_stream(stream.pk)
        assert len(receiver.got) == sent


def test_in_a_closed_organization_nobody_is_told_that_it_does_not_arrive(cast: Cast, receiver: Receiver) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        stream = stream_to(receiver.url, cast)
        close(cast.acme, cast.olivia)
        link_events()
        receiver.status = 503
        send_stream(stream.pk)
        try_for(stream, clock, timedelta(hours=25))
        assert as_it_is(stream).failing_since
        assert mails_to("olivia.owner@example.com", "stream-failing") == []
        cast.acme.refresh_from_db()
        reopen_organization(organization=cast.acme, by=cast.olivia.actor(cast.acme))
        try_for(stream, clock, timedelta(hours=1))
        assert len(mails_to("olivia.owner@example.com", "stream-failing")) == 1


def test_staff_switch_it_off_with_a_reason(cast: Cast, receiver: Receiver) -> None:
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    stream = stream_to(receiver.url, cast)
    listed = stella.client.get(ADMIN, {"q": "Acme"})
    shown = stella.client.get(f"{ADMIN}{stream.pk}/change/")
    assert "127.0.0.1" in body(listed)
    assert "127.0.0.1" in body(shown)
    # Neither what signs nor the token that the address holds.
    assert not [hidden for hidden in (stream.secret, *stream.secrets, "s3cret") if hidden in body(listed) + body(shown)]
    press = {"action": "switch_off", "_selected_action": str(stream.pk)}
    stella.client.post(ADMIN, press)
    assert as_it_is(stream).is_on
    stella.client.post(ADMIN, {**press, "reason": "It floods somebody's server"})
    assert not as_it_is(stream).is_on
    event = Event.objects.get(action="stream.switched_off", outcome="done")
    assert (event.actor_kind, event.organization_id) == ("staff", cast.acme.pk)
    assert event.detail.texts["reason"] == ["", "It floods somebody's server"]
    happen(cast.acme, 1)
    send_stream(stream.pk)
    assert receiver.got == []
    # Pressed twice, it is written down once.
    stella.client.post(ADMIN, {**press, "reason": "Again"})
    assert Event.objects.filter(action="stream.switched_off", outcome="done").count() == 1
