"""The domains of an organization: added, proven by a record, and removed, on their pages and by a program."""

from datetime import timedelta

import pytest
import time_machine
from django.core.checks import run_checks
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from organizations.actions import check_domain, suspend_organization
from organizations.actions.domains import adding
from organizations.actors import Actor
from organizations.models import Domain
from tests.api.keying import program_of
from tests.cast import Cast
from tests.fixtures.nameserver import NameServer
from tests.organizations.asking import verified_domain
from tests.organizations.naming import DOMAINS, add, check, page_of, publish
from tests.reading import body, error_at, main_words, posts, words

pytestmark = pytest.mark.django_db


class TestAdding:
    def test_the_next_page_says_which_record_proves_it(self, cast: Cast) -> None:
        assert "No domains" in main_words(cast.adam.client.get(DOMAINS))
        response = cast.adam.client.post(f"{DOMAINS}new/", {"name": " Shop.Corp.Example. "}, follow=True)
        domain = Domain.objects.get()
        assert response.redirect_chain[-1][0] == page_of(domain)
        assert "shop.corp.example is added." in words(response)
        shown = body(response)
        assert 'value="_console-verification.shop.corp.example"' in shown
        assert f'data-copy="console-verification={domain.token}"' in shown
        # Where a provider adds the zone by itself.
        assert 'value="_console-verification"' in shown
        assert 'value="_console-verification.shop"' in shown
        assert "Waiting for the record" in main_words(cast.adam.client.get(DOMAINS))
        # The least that there is, until somebody chooses.
        assert (domain.joining, domain.role) == ("off", "member")

    def test_what_is_no_name_of_theirs_is_said_at_the_field(self, cast: Cast, settings: Settings) -> None:
        settings.SITE_URL = "https://console.test"
        verified_domain(cast.acme, "corp.example")
        for typed, sentence in {
            "": "This field is required.",
            "not a name": "Enter a domain name such as example.com.",
            "https://corp.example/": "Enter a domain name such as example.com.",
            "Gmail.com": "Everybody can get an address at gmail.com.",
            "mx.yahoo.co.jp": "Everybody can get an address at mx.yahoo.co.jp.",
            "console.test": "This is the address of this console.",
            "corp.example": "corp.example is in the list already.",
            f"{'a.' * 115}example.com": "This name is too long to have a record beside it.",
            "x" * 1001: "at most 1000 characters",
        }.items():
            assert sentence in error_at(cast.adam.client.post(f"{DOMAINS}new/", {"name": typed}), "name"), typed
        assert Domain.objects.count() == 1

    def test_names_in_other_letters_are_stored_as_dns_has_them(self, cast: Cast) -> None:
        add(cast.adam, "xn--mnchen-3ya.example")
        response = cast.adam.client.post(f"{DOMAINS}new/", {"name": "MÜNCHEN.example"})
        assert "xn--mnchen-3ya.example is in the list already." in error_at(response, "name")

    def test_there_are_so_many_and_no_more(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (adding.MOST, adding.ADDED_PER_DAY) == (20, 40)
        monkeypatch.setattr(adding, "MOST", 2)
        monkeypatch.setattr(adding, "ADDED_PER_DAY", 3)
        add(cast.adam, "one.example")
        domain = add(cast.adam, "two.example")
        response = cast.adam.client.post(f"{DOMAINS}new/", {"name": "three.example"})
        assert "There can be 2 domain names here. Remove one first." in main_words(response)
        cast.adam.client.post(f"{page_of(domain)}removal/")
        domain = add(cast.adam, "three.example")
        cast.adam.client.post(f"{page_of(domain)}removal/")
        response = cast.adam.client.post(f"{DOMAINS}new/", {"name": "four.example"})
        assert "Many domain names were added here today." in main_words(response)
        with time_machine.travel("2099-01-01"):
            adding.add_domain(organization=cast.acme, name="four.example", by=cast.adam.actor(cast.acme))
        assert cast.acme.domains.filter(name="four.example").exists()

    def test_a_personal_account_has_domains_that_nobody_joins_by(self, cast: Cast, nameserver: NameServer) -> None:
        domain = add(cast.sam, "sam.example", slug="personal")
        publish(nameserver, domain)
        response = check(cast.sam, domain)
        assert "sam.example is proven." in words(response)
        assert "Who joins by it" not in words(response)
        assert cast.sam.client.post(f"{page_of(domain)}joining/", {"joining": "join"}).status_code == 404


class TestChecking:
    def test_the_record_proves_it(self, cast: Cast, nameserver: NameServer) -> None:
        domain = add(cast.adam)
        publish(nameserver, domain)
        assert "The record is there: corp.example is proven." in words(check(cast.adam, domain))
        event = Event.objects.get(action="domain.proven")
        assert (event.organization_id, event.actor_id) == (cast.acme.pk, cast.adam.user.pk)
        domain.refresh_from_db()
        assert domain.is_proven
        assert "Proven" in main_words(cast.adam.client.get(DOMAINS))
        cast.acme.refresh_from_db()
        assert "corp example" in cast.acme.search

    def test_what_was_found_instead_is_said(self, cast: Cast, nameserver: NameServer) -> None:
        domain = add(cast.adam)
        name = "_console-verification.corp.example"
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            sentences = []
            for texts in (None, [], ["console-verification=<b>old"]):
                if texts is not None:
                    nameserver.say(name, *texts)
                response = check(cast.adam, domain)
                assert "Waiting for the record" in main_words(response)
                sentences.append(main_words(response))
                clock.shift(11)
            nameserver.fails = "SERVFAIL"
            sentences.append(main_words(check(cast.adam, domain)))
        for sentence, said in zip(
            [
                f"There is nothing at {name}.",
                f"There is no TXT record at {name}.",
                f"The TXT record at {name} says something else: “console-verification=<b>old”.",
                "The name servers of corp.example did not answer",
            ],
            sentences,
            strict=True,
        ):
            assert sentence in said

    def test_a_token_of_others_proves_nothing(self, cast: Cast, nameserver: NameServer) -> None:
        ours, theirs = add(cast.adam), add(cast.rita, slug="rival")
        nameserver.say(ours.record_name, theirs.record_value)
        assert "says something else" in words(check(cast.adam, ours))
        assert not Domain.objects.verified().exists()

    def test_one_organization_has_it_and_is_not_named_to_others(self, cast: Cast, nameserver: NameServer) -> None:
        ours, theirs = add(cast.adam), add(cast.rita, slug="rival")
        nameserver.say(ours.record_name, ours.record_value, theirs.record_value)
        check(cast.rita, theirs)
        response = check(cast.adam, ours)
        assert "another organization has proven corp.example. It has to remove it first." in words(response)
        assert "Proven by others" in main_words(response)
        assert "Rival" not in words(response)
        cast.rita.client.post(f"{page_of(theirs)}removal/")
        with time_machine.travel(timezone.now() + timedelta(seconds=11)):
            assert "corp.example is proven." in words(check(cast.adam, ours))

    def test_not_more_than_once_in_ten_seconds(self, cast: Cast, nameserver: NameServer) -> None:
        domain = add(cast.adam)
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            check(cast.adam, domain)
            assert "It was checked a moment ago." in words(check(cast.adam, domain))
            clock.shift(10)
            assert "There is nothing at" in words(check(cast.adam, domain))
        assert len(nameserver.asked) == 2

    def test_one_looks_at_a_time(self, cast: Cast, nameserver: NameServer) -> None:
        domain = add(cast.adam)
        assert Domain.objects.claim(1) == [domain]
        assert "It is being checked at this moment." in words(check(cast.adam, domain))
        assert nameserver.asked == []


class TestRemoving:
    def test_is_asked_for_and_said(self, cast: Cast) -> None:
        domain = verified_domain(cast.acme, "corp.example", "join")
        question = cast.adam.client.get(f"{page_of(domain)}removal/")
        assert "Whoever has joined by it stays." in main_words(question)
        assert posts(question)
        response = cast.adam.client.post(f"{page_of(domain)}removal/", follow=True)
        assert "corp.example is removed." in words(response)
        event = Event.objects.get(action="domain.removed")
        assert (event.target_id, event.before) == (domain.pk, {"is_proven": True, "joining": "join"})
        # A tab from before.
        assert cast.adam.client.post(f"{page_of(domain)}check/").status_code == 404


def test_nobody_reaches_a_name_of_others(cast: Cast) -> None:
    theirs = verified_domain(cast.rival, "rival.example")
    for end in ("", "check/", "joining/", "removal/"):
        for method in ("get", "post"):
            response = getattr(cast.adam.client, method)(f"{DOMAINS}{theirs.pk}/{end}")
            assert response.status_code in {404, 405}
    assert Domain.objects.filter(pk=theirs.pk).exists()


def test_staffs_suspension_stops_it(cast: Cast) -> None:
    domain = verified_domain(cast.acme, "corp.example")
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    assert cast.adam.client.post(f"{page_of(domain)}removal/").status_code == 403
    assert cast.adam.client.get(DOMAINS).status_code == 403


def test_a_program_does_the_same(cast: Cast, nameserver: NameServer) -> None:
    adams = program_of(cast.adam, cast.acme)
    made = adams.post("/domains", {"name": "Corp.Example"})
    assert made.status_code == 201
    shown = made.json()
    path = f"/domains/{shown['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert (shown["record_name"], shown["is_verified"]) == ("_console-verification.corp.example", False)
    assert adams.post("/domains", {"name": "gmail.com"}).json()["code"] == "free-mail"
    assert adams.send("PATCH", path, {"joining": "join"}).json()["code"] == "not-proven"
    nameserver.say(shown["record_name"], shown["record_value"])
    Domain.objects.update(verified_at="2026-01-01T00:00:00Z")
    assert adams.send("PATCH", path, {"joining": "join", "role": "owner"}).json()["code"] == "above-own-role"
    changed = adams.send("PATCH", path, {"joining": "join", "role": "tech"}).json()
    assert (changed["joining"], changed["role"]) == ("join", "tech")
    assert adams.send("PATCH", path, {"role": "member"}).json()["role"] == "member"
    assert adams.post(f"{path}/checks").status_code == 202
    assert adams.get(f"/domains/{verified_domain(cast.rival, 'rival.example').pk}").status_code == 404
    assert adams.send("DELETE", path).status_code == 204
    assert adams.get(path).status_code == 404


def test_a_check_that_a_program_asks_for_is_done_by_a_worker(cast: Cast, nameserver: NameServer) -> None:
    adams = program_of(cast.adam, cast.acme)
    domain = add(cast.adam)
    publish(nameserver, domain)
    assert check_domain(domain.pk) is not None
    Domain.objects.update(verified_at=None, checked_at=None)
    # Not due before somebody asks.
    assert check_domain(domain.pk) is None
    assert adams.post(f"/domains/{domain.pk}/checks").json()["is_verified"] is False
    check_domain(domain.pk)
    assert adams.get(f"/domains/{domain.pk}").json()["is_verified"] is True
    assert adams.post(f"/domains/{domain.pk}/checks").json()["code"] == "pace"


def test_name_servers_that_are_none_are_said_at_the_start(settings: Settings) -> None:
    settings.DNS_SERVERS = ["10.0.0.2:5353", "dns.example.com"]
    found = [error for error in run_checks() if error.id == "organizations.E004"]
    assert ["'dns.example.com'" in error.msg for error in found] == [True]
