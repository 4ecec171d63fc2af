"""A clock that is told to move, and a mail that waits."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.mail import send_mail

from outbox.models import Mail

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only moves when it is told to."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def mail(clock: time_machine.Traveller) -> Mail:
    """A mail that waits."""
    send_mail("Your link", "https://console.example.com/secret/", None, ["olivia.owner@example.com"])
    return Mail.objects.get()
