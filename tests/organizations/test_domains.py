"""Verified domains (PRODUCT): whose they are, and what they do for people with an address in them."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import Event
from organizations.actions import join_by_domain, suspend_organization
from organizations.actors import Actor
from organizations.models import CustomRole, Domain, Membership
from organizations.models.domain import clean_domain
from tests.accounts.addressing import add_verified
from tests.accounts.signing import prove, sign_up, verification_link
from tests.cast import Cast, make_person, make_team
from tests.organizations.asking import ask, make_public, state, verified_domain
from tests.reading import body, mails_to

pytestmark = pytest.mark.django_db

VERIFIED = datetime(2026, 1, 1, tzinfo=UTC)


class TestNames:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("Acme.Example", "acme.example"),
            (" acme.example. ", "acme.example"),
            ("münchen.example", "xn--mnchen-3ya.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ],
    )
    def test_are_stored_as_they_are_compared(self, typed: str, stored: str) -> None:
        assert clean_domain(typed) == stored

    @pytest.mark.parametrize(
        "typed", ["", "com", "10.0.0.1", "*.acme.example", "acme_x.example", "acme .example", f"{'a.' * 130}example"]
    )
    def test_what_is_no_name_is_refused(self, typed: str) -> None:
        with pytest.raises(ValidationError, match="Enter a domain name"):
            clean_domain(typed)

    def test_one_organization_has_a_proven_name(self, cast: Cast) -> None:
        verified_domain(cast.acme, "acme.example")
        Domain.objects.create(organization=cast.rival, name="acme.example", role="member")
        with pytest.raises(IntegrityError), transaction.atomic():
            Domain.objects.filter(organization=cast.rival).update(verified_at=VERIFIED)

    def test_what_is_not_proven_lets_nobody_in(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Domain.objects.create(organization=cast.acme, name="acme.example", role="member", joining="join")


class TestJoining:
    def test_whoever_proves_an_address_there_becomes_a_member_and_is_told(self, cast: Cast) -> None:
        verified_domain(cast.acme, "corp.example", "join", role="tech")
        browser = Client()
        sign_up(browser, "new.comer@corp.example")
        assert not in_acme(cast, "new.comer@corp.example")
        browser.post(verification_link("new.comer@corp.example"))
        membership = Membership.objects.get(organization=cast.acme, user__email="new.comer@corp.example")
        assert (membership.role, membership.invited_by) == ("tech", None)
        event = Event.objects.get(action="membership.joined")
        assert event.organization_id == cast.acme.pk
        assert event.after == {"role": "tech", "domain": "corp.example"}
        mail = mails_to("new.comer@corp.example", "joined-by-domain")[0]
        assert "Acme takes in everybody with an address at corp.example" in mail.text
        assert "You are Tech there." in mail.text

    def test_a_second_address_of_somebody_counts_too_and_once(self, cast: Cast) -> None:
        verified_domain(cast.acme, "corp.example", "join")
        prove(cast.sam.client)
        add_verified(cast.sam.client, "sam@corp.example")
        assert cast.sam.membership(cast.acme).role == "member"
        add_verified(cast.sam.client, "sam.too@corp.example")
        assert Membership.objects.filter(organization=cast.acme, user=cast.sam.user).count() == 1
        # A member keeps the role that they have.
        prove(cast.adam.client)
        add_verified(cast.adam.client, "adam@corp.example")
        assert cast.adam.membership(cast.acme).role == "admin"

    @pytest.mark.parametrize("joining", ["off", "suggest"])
    def test_only_where_the_domain_says_so(self, cast: Cast, joining: str) -> None:
        verified_domain(cast.acme, "corp.example", joining)
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert not in_acme(cast, "sam.stranger@example.com")

    @pytest.mark.parametrize("address", ["sam@sub.corp.example", "sam@notcorp.example", "sam@example"])
    def test_only_in_exactly_that_domain(self, cast: Cast, address: str) -> None:
        verified_domain(cast.acme, "corp.example", "join")
        assert Domain.objects.of_address(address).first() is None

    def test_a_custom_role_can_be_what_people_join_with(self, cast: Cast) -> None:
        role = CustomRole.objects.create(
            organization=cast.acme, name="Guest", permissions=frozenset({"view_organization"})
        )
        verified_domain(cast.acme, "corp.example", "join", role="custom", custom_role=role)
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert cast.sam.membership(cast.acme).custom_role == role

    def test_nobody_becomes_a_founder_this_way(self, cast: Cast) -> None:
        domain = verified_domain(cast.acme, "corp.example", "join", role="owner")
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert not in_acme(cast, "sam.stranger@example.com")
        denial = Event.objects.get(action="membership.joined", outcome="denied")
        assert (denial.organization_id, denial.after) == (domain.organization_id, {"code": "founder"})

    def test_a_refusal_keeps_the_address_verified(self, cast: Cast) -> None:
        verified_domain(cast.acme, "corp.example", "join")
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert not in_acme(cast, "sam.stranger@example.com")
        assert cast.sam.user.standing_of("sam@corp.example") == "verified"

    def test_who_comes_this_way_needs_no_answer_any_more(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        verified_domain(cast.acme, "corp.example", "join")
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert state(request) == "lapsed"

    def test_a_policy_of_one_organization_holds_here_too(self, settings: object) -> None:
        settings.CONSOLE_POLICY = "percona"  # type: ignore[attr-defined] # pytest-django's fixture
        team = make_team("Team", make_person("olga.owner@example.com"))
        sam = make_person("sam.else@example.com")
        make_team("Other", make_person("other.owner@example.com"), {"technical": sam})
        verified_domain(team, "corp.example", "join", role="technical")
        add_verified(prove(sam.client), "sam@corp.example")
        assert not Membership.objects.filter(organization=team, user=sam.user).exists()

    def test_without_a_directory_too(self, settings: object) -> None:
        settings.CONSOLE_POLICY = "exoscale"  # type: ignore[attr-defined] # pytest-django's fixture
        team = make_team("Team", make_person("olga.owner@example.com"))
        sam = make_person("sam.else@example.com")
        verified_domain(team, "corp.example", "join", role="tech")
        add_verified(prove(sam.client), "sam@corp.example")
        assert sam.membership(team).role == "tech"

    def test_what_was_switched_off_meanwhile_lets_nobody_in(self, cast: Cast) -> None:
        domain = verified_domain(cast.acme, "corp.example", "join")
        Domain.objects.filter(pk=domain.pk).update(joining="suggest")
        assert join_by_domain(domain=domain, user=cast.sam.user, by=cast.sam.actor()) is None
        assert not in_acme(cast, "sam.stranger@example.com")


def test_staff_read_domains_in_the_admin(cast: Cast) -> None:
    domain = verified_domain(cast.acme, "acme.example")
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    assert "acme.example" in body(stella.client.get("/admin/organizations/domain/?q=acme"))
    assert "acme.example" in body(stella.client.get(f"/admin/organizations/domain/{domain.pk}/change/"))


def in_acme(cast: Cast, email: str) -> bool:
    return Membership.objects.filter(organization=cast.acme, user__email=email).exists()
