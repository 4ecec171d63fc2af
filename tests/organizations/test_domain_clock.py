"""What the clock does with a domain: looks it up, tells that its record is gone, loses it, gives it up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notification
from audit.models import Event
from organizations.actions import check_domain, remove_domain, sweep_domains
from organizations.actions.domains import checking
from organizations.dns import Finding
from organizations.models import Domain, Organization
from organizations.signals import domain_ending
from organizations.tasks import check_domain as check_task
from organizations.tasks import sweep_domains as sweep_task
from tests.cast import Cast, Person
from tests.fixtures.nameserver import NameServer
from tests.organizations.asking import verified_domain
from tests.organizations.naming import add, check, page_of, publish
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    """Time that passes as beat sees it: whenever a look is due, it is done."""

    def __init__(self, domain: Domain, travel: time_machine.Traveller) -> None:
        self.domain, self._travel = domain, travel

    def hours(self, number: float) -> Domain:
        """So many hours pass, with a look whenever one is due; the domain then."""
        end = timezone.now() + timedelta(hours=number)
        while (due_at := self.now().due_at) and due_at <= end:
            self._travel.move_to(due_at)
            check_domain(self.domain.pk)
        self._travel.move_to(end)
        return self.now()

    def now(self) -> Domain:
        """The domain as it is."""
        return Domain.objects.select_related("organization").get(pk=self.domain.pk)


@pytest.fixture(autouse=True)
def fewer_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look each four hours shows the same as one each hour, and four days as thirty."""
    real = [checking.PROVEN_EVERY, checking.MISSING_EVERY, checking.PATIENCE]
    assert real == [timedelta(hours=4), timedelta(hours=1), timedelta(days=30)]
    monkeypatch.setattr(checking, "MISSING_EVERY", timedelta(hours=4))
    monkeypatch.setattr(checking, "PATIENCE", timedelta(days=4))


@pytest.fixture
def proven(cast: Cast, nameserver: NameServer) -> Domain:
    """A domain that Acme has proven, by a record that is there, and by which people join."""
    domain = verified_domain(cast.acme, "corp.example", "join", checked_at=START, due_at=START)
    publish(nameserver, domain)
    return domain


def test_a_record_that_is_gone_is_told_at_once_and_the_name_lost_after_72_hours(
    cast: Cast, proven: Domain, nameserver: NameServer
) -> None:
    with time_machine.travel(START, tick=False) as travel:
        clock = Clock(proven, travel)
        assert clock.hours(8).missing_since is None
        nameserver.forget(proven.record_name)
        gone = clock.hours(4)
        assert gone.is_proven
        assert gone.missing_since == START + timedelta(hours=12)
        assert gone.lapses_at == START + timedelta(hours=84)
        mail = mails_to("adam.admin@example.com", "domain-missing")[0]
        assert "_console-verification.corp.example" in mail.text
        assert "not back by 5 March 2026, 00:00 UTC" in " ".join(mail.text.split())
        assert page_of(proven) in mail.text
        bell = Notification.objects.get(user=cast.adam.user, kind="domain")
        assert "The record of corp.example is gone." in words(cast.adam.client.get("/notifications/"))
        assert not Notification.objects.filter(user=cast.mia.user, kind="domain").exists()
        assert clock.hours(71).is_proven
        assert len(mails_to("adam.admin@example.com", "domain-missing")) == 1
        lost = clock.hours(1)
        assert (lost.is_proven, lost.joining, lost.missing_since) == (False, "off", None)
        assert lost.lost_at == START + timedelta(hours=84)
        assert "was missing for too long" in mails_to("adam.admin@example.com", "domain-lost")[0].text
        bell.refresh_from_db()
        assert (bell.names["state"], bell.settled_at) == ("lost", None)
        assert "No longer proven" in words(cast.adam.client.get(page_of(proven)))
        # The next look still looks, and proves it again.
        publish(nameserver, proven)
        assert clock.hours(1).is_proven
    assert not Notification.objects.filter(kind="domain", settled_at=None).exists()
    told = Event.objects.filter(target_id=proven.pk).order_by("id").values_list("action", "actor_kind")
    assert list(told) == [
        ("domain.missing", "system"),
        ("domain.lost", "system"),
        ("domain.proven", "system"),
    ]


def test_a_record_that_comes_back_stops_the_clock(cast: Cast, proven: Domain, nameserver: NameServer) -> None:
    with time_machine.travel(START, tick=False) as travel:
        clock = Clock(proven, travel)
        nameserver.forget(proven.record_name)
        assert clock.hours(60).missing_since
        publish(nameserver, proven)
        back = clock.hours(4)
        assert (back.missing_since, back.lapses_at, back.problem) == (None, None, "")
        assert not Notification.objects.filter(kind="domain", settled_at=None).exists()
        nameserver.forget(proven.record_name)
        assert clock.hours(70).is_proven
    assert Event.objects.filter(action="domain.found").count() == 1


def test_servers_that_do_not_answer_lose_nothing(cast: Cast, proven: Domain, nameserver: NameServer) -> None:
    with time_machine.travel(START, tick=False) as travel:
        clock = Clock(proven, travel)
        nameserver.fails = "SERVFAIL"
        unknown = clock.hours(100)
        assert (unknown.is_proven, unknown.missing_since, unknown.problem) == (True, None, "no_answer")
        nameserver.fails = ""
        nameserver.forget(proven.record_name)
        gone = clock.hours(24)
        assert gone.lapses_at
        left = gone.lapses_at - gone.checked_at if gone.checked_at else None
        nameserver.fails = "SERVFAIL"
        paused = clock.hours(100)
        # It goes on where it stood.
        assert paused.lapses_at
        assert paused.checked_at
        assert paused.lapses_at - paused.checked_at == left
        nameserver.fails = ""
        assert clock.hours(47).is_proven
        assert not clock.hours(5).is_proven


def test_days_on_which_nobody_looked_do_not_count(proven: Domain, nameserver: NameServer) -> None:
    nameserver.forget(proven.record_name)
    with time_machine.travel(START, tick=False) as travel:
        clock = Clock(proven, travel)
        clock.hours(1)
        travel.shift(timedelta(days=10))
        check_domain(proven.pk)
        assert clock.hours(64).is_proven
        assert not clock.hours(6).is_proven


def test_names_that_wait_are_looked_up_ever_more_rarely_and_given_up_in_the_end(
    cast: Cast, nameserver: NameServer
) -> None:
    with time_machine.travel(START, tick=False) as travel:
        domain = add(cast.adam)
        check_domain(domain.pk)
        gaps = []
        for _look in range(60):
            domain.refresh_from_db()
            if domain.due_at is None:
                break
            gaps.append(domain.due_at - START)
            travel.move_to(domain.due_at)
            check_domain(domain.pk)
        waited = [later - sooner for sooner, later in pairwise(gaps)]
        assert (min(waited), max(waited)) == (timedelta(minutes=1), timedelta(hours=6))
        assert waited == sorted(waited)
        assert len(gaps) < 50
        assert domain.given_up_at
        assert timedelta(days=4) <= domain.given_up_at - START < timedelta(days=4, hours=6)
        assert "We look no more." in mails_to("adam.admin@example.com", "domain-given-up")[0].text
        # It stays, and whoever asks is answered; nobody is told again.
        travel.shift(timedelta(days=30))
        adam = Person(cast.adam.user)
        assert "There is nothing at" in words(check(adam, domain))
        domain.refresh_from_db()
        assert domain.due_at is None
        assert len(mails_to("adam.admin@example.com", "domain-given-up")) == 1
        publish(nameserver, domain)
        travel.shift(timedelta(seconds=11))
        assert "corp.example is proven." in words(check(adam, domain))
        assert domain.organization.domains.get().given_up_at is None


def test_what_uses_a_name_is_told_that_it_ends(cast: Cast, proven: Domain, nameserver: NameServer) -> None:
    heard: list[tuple[str, bool]] = []

    def hear(domain: Domain, **_: object) -> None:
        heard.append((domain.name, Domain.objects.filter(pk=domain.pk, verified_at__isnull=False).exists()))

    domain_ending.connect(hear)
    try:
        Domain.objects.update(missing_since=START, lapses_at=START, checked_at=START, problem="no_name")
        nameserver.forget(proven.record_name)
        with time_machine.travel(START + timedelta(hours=1), tick=False):
            check_domain(proven.pk)
        remove_domain(domain=proven, by=cast.adam.actor(cast.acme))
    finally:
        domain_ending.disconnect(hear)
    assert heard == [("corp.example", False), ("corp.example", False)]


def test_beat_looks_at_what_is_due_and_at_nothing_of_a_closed_organization(
    cast: Cast, proven: Domain, nameserver: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified_domain(cast.rival, "rival.example", due_at=START + timedelta(days=365 * 50))
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=START)
    assert sweep_domains() == 0
    Organization.objects.filter(pk=cast.acme.pk).update(status="active", closed_at=None)
    woken: list[str] = []
    monkeypatch.setattr(checking, "wake", lambda task, domain_id, expires: woken.append(f"{task} {domain_id}"))
    sweep_task()
    assert woken == [f"organizations.check_domain {proven.pk}"]
    check_task(str(proven.pk))
    assert [name for _way, name in nameserver.asked] == ["_console-verification.corp.example"]
    assert sweep_domains() == 0


def test_a_name_that_was_removed_or_claimed_anew_while_it_was_looked_up_is_let_be(
    cast: Cast, proven: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtake(name: str, value: str) -> Finding:
        Domain.objects.update(attempts=99)
        return Finding()

    monkeypatch.setattr(checking, "look_up", overtake)
    assert check_domain(proven.pk) is None

    def remove(name: str, value: str) -> Finding:
        Domain.objects.all().delete()
        return Finding()

    Domain.objects.update(claimed_until=None)
    monkeypatch.setattr(checking, "look_up", remove)
    assert check_domain(proven.pk) is None
