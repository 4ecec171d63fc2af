"""Domain names at the same instant: one organization has a name, one look is taken, and nobody joins twice."""

from functools import partial

import pytest
from django.http import HttpResponse

from audit.models import Event
from organizations.actions import check_domain, let_in
from organizations.models import Domain, Membership
from tests.cast import Cast, make_person
from tests.fixtures.nameserver import NameServer
from tests.organizations.asking import verified_domain
from tests.organizations.naming import page_of
from tests.races.together import browser, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 3


def test_two_organizations_prove_a_name_and_one_has_it(cast: Cast, nameserver: NameServer) -> None:
    for number in range(ROUNDS):
        ours, theirs = (
            Domain.objects.create(organization=organization, name=f"corp{number}.example", role="member")
            for organization in (cast.acme, cast.rival)
        )
        nameserver.say(ours.record_name, ours.record_value, theirs.record_value)
        adam, rita = browser(cast.adam), browser(cast.rita)
        answers = together(partial(adam.post, f"{page_of(ours)}check/"), partial(rita.post, f"{page_of(theirs)}check/"))
        assert [answer.status_code for answer in answers] == [302, 302]
        both = Domain.objects.filter(name=ours.name)
        assert both.filter(verified_at__isnull=False, problem="").count() == 1
        assert both.filter(verified_at=None, problem="taken").count() == 1


def test_a_person_and_the_clock_look_at_once_and_one_does(cast: Cast, nameserver: NameServer) -> None:
    domain = Domain.objects.create(organization=cast.acme, name="corp.example", role="member")
    nameserver.say(domain.record_name, domain.record_value)

    def tick() -> HttpResponse:
        check_domain(domain.pk)
        return HttpResponse()

    adam = browser(cast.adam)
    answers = together(partial(adam.post, f"{page_of(domain)}check/"), tick, tick)
    assert [answer.status_code for answer in answers] == [302, 200, 200]
    assert Event.objects.filter(action="domain.proven").count() == 1


def test_two_workers_let_the_same_people_in_once(cast: Cast) -> None:
    people = [make_person(f"person.{letter}@corp.example") for letter in "abcdef"]
    domain = verified_domain(cast.acme, "corp.example", "join", let_in_after=0)

    def work() -> HttpResponse:
        let_in(domain.pk)
        return HttpResponse()

    together(work, work)
    joined = Membership.objects.filter(organization=cast.acme, user__in=[person.user for person in people])
    assert joined.count() == len(people)
    assert Event.objects.filter(action="membership.joined", outcome="denied").count() == 0
