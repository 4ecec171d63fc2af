"""The chained log: what is committed is linked, in an order that never changes, and whoever changes it is found out."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.actions import close_account
from audit import chaining
from audit.actors import Actor, ActorKind
from audit.chaining import HASHED, digest, link_events
from audit.models import Chain, Detail, Event, Link, Unlinked
from audit.recording import record
from audit.verifying import What, stray, verify
from tests.audit.chains import erase_row, events, relink, tamper, written
from tests.cast import make_person

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def test_each_event_stands_in_one_chain_of_its_organization_else_its_subject_else_the_deployment() -> None:
    acme, nina = uuid4(), uuid4()
    record("thing.done", by=Actor.system(), organization_id=acme, subject_id=nina)
    record("thing.done", by=Actor.system(), subject_id=nina)
    record("thing.done", by=Actor.system())
    assert Unlinked.objects.count() == 3
    assert link_events() == 3
    assert {chain.pk: chain.position for chain in Chain.objects.all()} == {acme: 1, nina: 1, Chain.DEPLOYMENT: 1}
    assert not Unlinked.objects.exists()
    assert link_events() == 0
    assert all(verify(pk).fault is None and verify(pk).verified == 1 for pk in (acme, nina, Chain.DEPLOYMENT))


def test_a_hash_is_over_the_former_one_the_place_and_all_that_the_event_says() -> None:
    """Computed by hand, with `printf '%s' '…' | sha256sum`."""
    event = Event(
        id=UUID("01900000-0000-7000-8000-000000000001"),
        at="2026-11-22T12:00:00Z",
        action="thing.done",
        outcome="done",
        actor_kind="system",
        after={"b": 1, "a": "é"},
    )
    event.at = event._meta.get_field("at").to_python(event.at)
    assert digest("", Chain.DEPLOYMENT, 1, event) == BY_HAND
    # A field more is a decision: the hashes of all that was linked before must stay what they are.
    assert set(HASHED) == {field.attname for field in Event._meta.concrete_fields}


BY_HAND = "4400ecbf61e09d5bd5054896d2394ed6a79fd658b74e3abe6ca1a5d04ea16baa"


def test_what_commits_late_is_linked_late_and_what_is_linked_stays_where_it_is() -> None:
    acme = uuid4()
    with transaction.atomic():
        early = record("thing.done", by=Actor.system(), organization_id=acme)
        # Not committed yet, for all that the linker sees.
        Unlinked.objects.all().delete()
    written(2, acme)
    Unlinked.objects.create(event=early, chain_id=acme)
    link_events()
    assert [event.pk for event in events(acme)][-1] == early.pk
    assert (verify(acme).verified, verify(acme).fault) == (3, None)


def test_a_linker_that_dies_leaves_all_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    acme = written(2)
    monkeypatch.setattr(chaining, "BATCH", 2)
    for _ in range(5):
        record("thing.done", by=Actor.system(), organization_id=acme)
    with monkeypatch.context() as dying:
        dying.setattr(Chain, "save", dying_in_the_second_batch())
        with pytest.raises(SystemExit):
            link_events()
    assert (Chain.objects.get().position, Link.objects.count(), Unlinked.objects.count()) == (4, 4, 3)
    assert verify(acme).unlinked == 3
    assert link_events() == 3
    assert (verify(acme).verified, verify(acme).unlinked, verify(acme).fault) == (7, 0, None)


def dying_in_the_second_batch() -> Callable[..., None]:
    saved: list[Chain] = []

    def save(chain: Chain, **options: object) -> None:
        if saved:
            raise SystemExit
        saved.append(chain)
        Chain.objects.filter(pk=chain.pk).update(position=chain.position, hash=chain.hash)

    return save


class TestVerification:
    """Of six events, the fourth is found out."""

    @pytest.mark.parametrize(
        "values",
        [
            {"before": {"n": 1}},
            {"after": {"n": 4}},
            {"action": "thing.dons"},
            {"actor_kind": ActorKind.USER, "actor_id": UUID(int=7)},
            {"outcome": "denied"},
            {"target_id": UUID(int=7)},
        ],
        ids=lambda values: next(iter(values)),
    )
    def test_names_what_was_changed(self, values: dict[str, object]) -> None:
        acme = written(6)
        fourth = events(acme)[3]
        tamper(fourth, **values)
        self.finds(acme, What.CHANGED, 4, fourth)

    def test_names_what_was_dated_back_by_a_microsecond(self) -> None:
        acme = written(6)
        fourth = events(acme)[3]
        tamper(fourth, at=fourth.at - timedelta(microseconds=1))
        self.finds(acme, What.CHANGED, 4, fourth)

    def test_names_what_was_moved_to_another_log(self) -> None:
        acme = written(6)
        fourth = events(acme)[3]
        tamper(fourth, organization_id=uuid4())
        self.finds(acme, What.ELSEWHERE, 4, fourth)

    def test_names_what_stands_after_one_that_was_deleted(self) -> None:
        acme = written(6)
        fourth, fifth = events(acme)[3:5]
        for table, column in (("audit_detail", "event_id"), ("audit_link", "event_id"), ("audit_event", "id")):
            erase_row(table, column, fourth.pk)
        self.finds(acme, What.AFTER_A_GAP, 5, fifth)
        relink(fifth, position=4)
        self.finds(acme, What.CHANGED, 4, fifth)

    def test_names_what_was_put_in(self) -> None:
        acme = written(6)
        *_, fourth, fifth, sixth = events(acme)
        forged = Event.objects.create(action="thing.done", actor_kind="system", organization_id=acme)
        assert stray(acme).event_id == forged.pk
        assert stray().event_id == forged.pk
        for event, position in ((sixth, 7), (fifth, 6), (fourth, 5)):
            relink(event, position=position)
        hash_ = digest(events(acme)[2].link.hash, acme, 4, Event.objects.get(pk=forged.pk))
        Link.objects.create(event=forged, chain_id=acme, position=4, hash=hash_)
        assert stray() is None
        self.finds(acme, What.ADDED, 4, forged)

    @pytest.mark.parametrize("distance", [1, 2])
    def test_names_what_was_swapped(self, distance: int) -> None:
        acme = written(6)
        ones = events(acme)
        fourth, other = ones[3], ones[3 + distance]
        relink(fourth, position=99)
        relink(other, position=4)
        relink(fourth, position=4 + distance)
        self.finds(acme, What.OUT_OF_ORDER, 4, other)

    def test_names_the_end_where_the_rest_was_cut_off(self) -> None:
        acme = written(6)
        third, *rest = events(acme)[2:]
        for event in rest:
            erase_row("audit_link", "event_id", event.pk)
        self.finds(acme, What.CUT, 3, third)
        assert stray(acme).event_id == rest[0].pk
        Chain.objects.update(position=2)
        self.finds(acme, What.ANOTHER_END, 3, third)

    @staticmethod
    def finds(acme: UUID, what: What, position: int, event: Event) -> None:
        fault = verify(acme).fault
        assert (fault.what, fault.position, fault.event_id) == (what, position, event.pk)

    def test_goes_on_after_a_person_is_erased(self) -> None:
        sam = make_person("sam.stranger@example.com")
        sam_id = sam.user.pk
        for _ in range(3):
            record("thing.done", by=sam.actor(), subject_id=sam_id, target=sam.user, texts={"name": ("Sam", "Samuel")})
        link_events()
        sam.client.post("/profile/preferences/data/new/")
        close_account(user=sam.user, by=sam.actor())
        link_events()
        assert set(Detail.objects.filter(event__actor_id=sam_id).values_list("actor", flat=True)) == {""}
        assert verify(sam_id).verified >= 3
        assert verify(sam_id).fault is None
        assert stray() is None
