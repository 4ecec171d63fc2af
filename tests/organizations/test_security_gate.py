"""An organization that asks for a second factor is closed to members without: every address, every method."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import remove_factor
from accounts.models import Authenticator
from audit.models import Event
from organizations.checks import context_patterns
from organizations.models import Membership
from tests.access.walk import IN_APPS, IN_BILLING, IN_PROJECT, Visit, visits
from tests.accounts.factors import enrol, give_app, prove_factor
from tests.accounts.signing import prove
from tests.cast import Cast, Person
from tests.organizations.securing import MFA, give_phone, require_factor
from tests.reading import body, links, mails_to, main_words, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(cast: Cast) -> Cast:
    """The cast; Acme asks for a second factor, which only Olivia has."""
    require_factor(cast)
    return cast


# Whose role it is is not asked before: the lowest shows it.
@pytest.mark.parametrize(
    "role", [*(pytest.param(r, marks=pytest.mark.long) for r in ("admin", "billing", "tech")), "member"]
)
def test_every_address_is_closed(closed: Cast, role: str) -> None:
    client = closed.roles[role].client
    wrong = []
    # Before anything is looked up: it does not matter of what the ids are.
    for visit in [*visits("acme", defaultdict(uuid4)), *_walked_elsewhere()]:
        if visit.name == "leave":
            continue
        answer = visit.by(client)
        if answer.status_code != 403 or "Acme asks for a second factor" not in words(answer):
            wrong.append(f"{visit.method} {visit.path}: {answer.status_code}")
    assert wrong == []


def _walked_elsewhere() -> Iterator[Visit]:
    """The addresses that have walks of their own, posted to: where something could be done."""
    made_up = {"slug:slug": "acme", "slug:project": "website", "slug:kind": "redis", "str:role": "admin"}
    made_up |= {"uuid:pk": str(uuid4()), "uuid:file": str(uuid4()), "int:year": "2026", "str:number": "2026-000001"}
    for route, name, _pattern in context_patterns():
        if IN_PROJECT in route or IN_BILLING in route or name.startswith(IN_APPS):
            path = re.sub("<([^>]+)>", lambda part: made_up[part[1]], route)
            yield Visit(name, f"/{path}", "POST")


def test_parts_of_pages_are_led_to_the_page_that_says_why(closed: Cast) -> None:
    client = closed.mia.client
    around = {"HX-Request": "true", "HX-Target": "members", "HX-Current-URL": "http://testserver/o/acme/members/?q=m"}
    answer = client.get("/o/acme/members/?q=mi", headers=around)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/o/acme/members/?q=m")
    elsewhere = around | {"HX-Current-URL": "https://evil.example/o/acme/"}
    assert client.get("/o/acme/members/", headers=elsewhere).headers["HX-Redirect"] == "/o/acme/"


def test_one_can_always_leave(closed: Cast) -> None:
    client = closed.mia.client
    assert "/o/acme/leaving/?next=/o/acme/members/" in links(client.get("/o/acme/members/"))
    assert client.get("/o/acme/leaving/").status_code == 200
    client.post("/o/acme/leaving/")
    assert not Membership.objects.filter(organization=closed.acme, user=closed.mia.user).exists()


def test_the_account_and_other_organizations_stay_open(closed: Cast) -> None:
    Membership.build(organization=closed.rival, user=closed.mia.user, role="member").save()
    for path in (
        "/o/personal/",
        "/o/rival/",
        "/o/rival/members/",
        "/profile/preferences/",
        "/profile/organizations/",
        MFA,
    ):
        assert closed.mia.client.get(path).status_code == 200, path


def test_to_a_stranger_nothing_is_there_all_the_same(closed: Cast) -> None:
    assert closed.sam.client.get("/o/acme/").status_code == 404


def test_with_a_factor_it_opens_at_once_and_one_comes_back(closed: Cast) -> None:
    client = closed.mia.client
    page = client.get("/o/acme/members/?q=mia")
    way = "/profile/security/mfa/?next=/o/acme/members/%3Fq%3Dmia"
    assert way in links(page)
    at_factors = client.get(way)
    assert "Your organizations ask for it" in main_words(at_factors)
    assert "Closed to you" in main_words(at_factors)
    enrol(client, "Phone")
    back = client.get(MFA)
    assert "Open to you" in main_words(back)
    assert "/o/acme/members/?q=mia" in links(back)
    assert client.get("/o/acme/members/?q=mia").status_code == 200


def test_without_it_again_it_closes_again(closed: Cast) -> None:
    client = closed.mia.client
    prove_factor(client, closed.mia.user)
    assert client.get("/o/acme/").status_code == 200
    device = Authenticator.objects.get(user=closed.mia.user)
    assert "Acme" in main_words(client.get(f"{MFA}authenticator/{device.pk}/removal/"))
    remove_factor(user=closed.mia.user, factor=device, by=closed.mia.actor())
    assert client.get("/o/acme/").status_code == 403


def test_of_two_factors_the_first_to_go_closes_nothing(closed: Cast) -> None:
    give_app(closed.mia.user)
    prove_factor(closed.mia.client, closed.mia.user)
    device = Authenticator.objects.filter(user=closed.mia.user).first()
    assert device is not None
    page = closed.mia.client.get(f"{MFA}authenticator/{device.pk}/removal/")
    assert "close to you" not in main_words(page)


def test_adding_a_telephone_says_which_organizations_take_none(cast: Cast, settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    require_factor(cast, phone_counts=False)
    prove_factor(cast.mia.client, cast.mia.user)
    page = prove(cast.mia.client).get(f"{MFA}phone/new/")
    assert "Acme" in main_words(page)
    give_phone(cast.mia)
    assert "Remove your telephone number" in main_words(cast.mia.client.get("/o/acme/"))
    assert "remove your telephone number" in main_words(cast.mia.client.get(MFA))


def test_during_the_time_to_set_one_up_a_banner_says_so(cast: Cast) -> None:
    require_factor(cast, days=14)
    mia, olivia = cast.mia.client, cast.olivia.client
    assert "Acme asks for a second factor from" in words(mia.get("/o/acme/"))
    assert "Acme asks for a second factor from" not in words(mia.get("/o/personal/"))
    assert "Acme asks for a second factor from" not in words(olivia.get("/o/acme/"))
    assert "Open to you until" in main_words(mia.get(MFA))
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        # Their sessions have ended meanwhile.
        assert again(cast.mia).get("/o/acme/").status_code == 403
        assert again(cast.olivia).get("/o/acme/").status_code == 200


def again(person: Person) -> Client:
    """A browser in which somebody has just signed in."""
    client = Client()
    client.force_login(person.user)
    return client


def test_what_was_sent_is_written_down_and_what_was_looked_at_is_not(closed: Cast) -> None:
    closed.adam.client.get("/o/acme/settings/")
    assert not Event.objects.filter(outcome="denied").exists()
    answer = closed.adam.client.post("/o/acme/settings/", {"name": "Mine now", "slug": "acme", "description": ""})
    event = Event.objects.get(outcome="denied")
    assert (event.actor_id, event.organization_id) == (closed.adam.user.pk, closed.acme.pk)
    assert event.after == {"code": "second-factor"}
    # What was sent by a form cannot be come back to.
    assert "/profile/security/mfa/?next=/o/acme/" in links(answer)
    closed.acme.refresh_from_db()
    assert closed.acme.name == "Acme"


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_it_costs_nothing_where_nobody_is_asked_and_one_query_at_most_elsewhere(cast: Cast) -> None:
    give_app(cast.mia.user)
    before = queries(cast.mia.client, "/o/acme/members/")
    require_factor(cast)
    assert queries(cast.mia.client, "/o/acme/members/") == before + 1
    proven = Client()
    proven.force_login(cast.mia.user)
    unproven = queries(proven, "/o/acme/members/")
    prove_factor(prove(proven), cast.mia.user)
    # The device of a session that has proven one is looked up on every page, here or elsewhere: it answers this, too.
    assert queries(proven, "/o/acme/members/") <= unproven


def test_nothing_of_the_organization_is_given_away(closed: Cast) -> None:
    page = body(closed.mia.client.get("/o/acme/members/"))
    assert "theo.tech@example.com" not in page
    assert not mails_to("mia.member@example.com", "second-factor-released")
