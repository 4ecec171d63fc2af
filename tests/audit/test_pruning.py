"""What was kept long enough goes, from the beginning of each log; the rest verifies, and says where it begins."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from accounts.actions import close_account
from audit import pruning, verifying
from audit.chaining import link_events
from audit.models import Chain, CheckPoint, Detail, Event, Link
from audit.pruning import prune
from audit.recording import record
from audit.verifying import What, verify
from organizations.actions import prune_logs, set_allowance
from organizations.actors import Actor
from tests.audit.chains import erase_row, events, written
from tests.cast import Cast, make_person

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def ago(days: int, organization_id: UUID | None = None, number: int = 1) -> UUID:
    """An organization whose log got so many events that many days before now."""
    with time_machine.travel(NOW - timedelta(days=days), tick=False):
        return written(number, organization_id)


def test_the_oldest_go_and_the_rest_verifies_from_a_check_point_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    acme = ago(400, number=5)
    ago(10, acme, number=3)
    fifth = events(acme)[4].link
    assert prune(acme, NOW - timedelta(days=365)) == 5
    point = CheckPoint.objects.get()
    assert (point.chain_id, point.position, point.hash) == (acme, 5, fifth.hash)
    assert Event.objects.count() == Link.objects.count() == Detail.objects.count() == 3
    assert (verify(acme).verified, verify(acme).position, verify(acme).fault) == (3, 8, None)
    assert prune(acme, NOW - timedelta(days=365)) == 0
    # One check point is enough: the next one takes its place.
    assert prune(acme, NOW) == 3
    assert CheckPoint.objects.get().position == 8
    ago(1, acme)
    assert (verify(acme).verified, verify(acme).position, verify(acme).fault) == (1, 9, None)


def test_what_is_deleted_beside_the_check_point_is_found() -> None:
    acme = ago(400, number=2)
    ago(10, acme, number=3)
    prune(acme, NOW - timedelta(days=365))
    first, second, _ = events(acme)
    for table, column in (("audit_detail", "event_id"), ("audit_link", "event_id"), ("audit_event", "id")):
        erase_row(table, column, first.pk)
    fault = verify(acme).fault
    assert (fault.what, fault.position, fault.event_id) == (What.AFTER_A_GAP, 4, second.pk)


def test_what_is_pruned_while_it_is_read_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "PAGE", 2)
    acme = ago(400, number=5)
    ago(10, acme, number=3)
    verdict = verify(acme, tell=lambda position: prune(acme, NOW - timedelta(days=365)))
    assert (verdict.verified, verdict.position, verdict.fault) == (3, 8, None)


def test_only_a_beginning_goes_and_only_what_is_linked() -> None:
    acme = ago(10)
    ago(400, acme)
    assert prune(acme, NOW - timedelta(days=365)) == 0
    with time_machine.travel(NOW - timedelta(days=400)):
        record("thing.done", by=Actor.system(), organization_id=(other := UUID(int=5)))
    assert prune(other, NOW) == 0
    assert Event.objects.count() == 3


@time_machine.travel(NOW, tick=False)
def test_an_organization_keeps_its_log_for_as_long_as_it_is_allowed_and_others_for_a_year(cast: Cast) -> None:
    set_allowance(organization=cast.rival, limit="audit_days", amount=30, by=Actor.system())
    record("thing.done", by=Actor.system(), organization_id=cast.acme.pk)
    record("thing.done", by=cast.mia.actor(), subject_id=cast.mia.user.pk)
    link_events()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        prune_logs()
        assert not events(cast.rival.pk)
        assert events(cast.acme.pk)
        assert events(cast.mia.user.pk)
    with time_machine.travel(NOW + timedelta(days=366), tick=False):
        prune_logs()
    assert not Event.objects.exists()
    # Who is there keeps their place in the chain.
    assert verify(cast.rival.pk).position > 0
    assert verify(cast.rival.pk).fault is None


@time_machine.travel(NOW, tick=False)
def test_the_chain_of_who_is_gone_goes_with_its_last_event() -> None:
    sam = make_person("sam.stranger@example.com")
    sam_id, personal_id = sam.user.pk, sam.user.personal_account.pk
    record("thing.done", by=sam.actor(), organization_id=personal_id)
    close_account(user=sam.user, by=sam.actor())
    link_events()
    prune_logs()
    assert {sam_id, personal_id} <= set(Chain.objects.values_list("pk", flat=True))
    with time_machine.travel(NOW + timedelta(days=366), tick=False):
        # What came at the very end is not linked yet.
        record("thing.done", by=Actor.system(), subject_id=sam_id)
        prune_logs()
        assert set(Chain.objects.values_list("pk", flat=True)) == {sam_id}
        link_events()
    with time_machine.travel(NOW + timedelta(days=740), tick=False):
        prune_logs()
    assert not Chain.objects.exclude(pk=Chain.DEPLOYMENT).exists()
    assert not CheckPoint.objects.exclude(chain=Chain.DEPLOYMENT).exists()
