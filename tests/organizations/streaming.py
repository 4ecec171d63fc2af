"""Streams of logs for tests: events, one after the other, and a check of signatures that is not the console's own."""

import base64
import hashlib
import hmac
from datetime import timedelta

import time_machine
from django.utils import timezone

from audit.actors import Actor
from audit.chaining import link_events
from audit.models import Chain
from audit.recording import record
from organizations.actions import send_stream, set_stream
from organizations.models import AuditStream, Organization
from tests.cast import Cast
from tests.fixtures.receiver import Got


def happen(organization: Organization, *numbers: int) -> None:
    """Let something happen for each number, and link it."""
    for number in numbers:
        record("thing.happened", by=Actor.system(), organization_id=organization.pk, after={"number": number})
    link_events()


def stream_to(url: str, cast: Cast, begin: str = "now") -> AuditStream:
    """A stream of Acme's log, with all that led to it linked; it begins after that."""
    link_events()
    stream = set_stream(organization=cast.acme, url=url, begin=begin, by=cast.adam.actor(cast.acme))
    link_events()
    return stream


def as_it_is(stream: AuditStream) -> AuditStream:
    """The stream as the database has it now."""
    return AuditStream.objects.get(pk=stream.pk)


def end_of(stream: AuditStream) -> int:
    """The last position of its chain."""
    return Chain.objects.get(pk=stream.organization_id).position


def try_for(stream: AuditStream, clock: time_machine.Traveller, duration: timedelta) -> None:
    """Let that much time pass, with the worker at it whenever the stream is due."""
    until = timezone.now() + duration
    while (due := as_it_is(stream).due_at) <= until:
        clock.move_to(max(due, timezone.now()))
        send_stream(stream.pk)
        if as_it_is(stream).failing_since is None:
            break
    clock.move_to(until)


def is_signed(got: Got, secret: str) -> bool:
    """Whether one of the message's signatures is by this secret: Standard Webhooks, typed from its text."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = b".".join([got.headers["webhook-id"].encode(), got.headers["webhook-timestamp"].encode(), got.body])
    wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return f"v1,{wanted}" in got.headers["webhook-signature"].split(" ")
