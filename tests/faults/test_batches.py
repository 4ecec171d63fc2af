"""A worker that is killed while it sends a list of invitations: another goes on, and nobody is invited twice.

The other one is this process: that beat and a new worker find what was left is shown with a mail (test_recovery.py).
"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from organizations.actions import check_batch, confirm_batch, send_batch
from organizations.actions.invitations.batches import Entry
from organizations.models import Allowance, Invitation, InvitationBatch
from outbox.models import Mail
from tests.cast import make_person, make_team
from tests.fixtures.processes import Processes
from tests.harness.servers import wait_until

pytestmark = [pytest.mark.waits, pytest.mark.e2e, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROWS = 150


def test_a_list_is_sent_once_although_its_worker_was_killed(
    processes: Processes, redis_url: str, use_redis: Callable[[str], None]
) -> None:
    use_redis(redis_url)
    olivia = make_person("olivia.owner@example.com")
    acme = make_team("Acme", olivia)
    Allowance.objects.create(organization=acme, name="invitations_per_day", amount=ROWS)
    entries = [Entry(number=number, email=f"p{number}@example.com") for number in range(1, ROWS + 1)]
    batch = check_batch(organization=acme, entries=entries, role="member", by=olivia.actor(acme))
    doomed = processes.start_worker()
    confirm_batch(batch=batch, by=olivia.actor(acme))
    assert wait_until(Invitation.objects.exists, 30)
    doomed.kill()
    invited = Invitation.objects.count()
    assert 0 < invited < ROWS
    # Each with its row: nothing was half done.
    assert batch.rows.filter(state="invited", invitation__isnull=False).count() == invited
    # Its claim holds for a while more: nobody else takes it.
    send_batch(batch.pk)
    assert Invitation.objects.count() == invited
    InvitationBatch.objects.update(claimed_until=timezone.now())
    send_batch(batch.pk)
    assert InvitationBatch.objects.get().state == "done"
    assert Invitation.objects.count() == ROWS
    assert Mail.objects.filter(kind="invitation").values("to").distinct().count() == ROWS
    assert Mail.objects.filter(kind="invitation").count() == ROWS
