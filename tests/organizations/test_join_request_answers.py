"""Requests to join are decided once, by who may, with what they may give (ATTACKS 19, 20, 21, 26, 27)."""

import pytest
from django.test import Client

from accounts.models import Notification
from audit.models import Event
from console.refusal import Refused
from organizations.actions import approve_request, suspend_organization
from organizations.actors import Actor
from organizations.models import CustomRole, Invitation, JoinRequest, Membership
from tests.accounts.factors import give_app
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.asking import MINE, REQUESTS, approve, ask, decline, make_public, state
from tests.organizations.inviting import invite
from tests.organizations.securing import require_factor
from tests.reading import links, mails_to, main_words, posts, words, words_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> JoinRequest:
    """Sam asks to join Acme."""
    make_public(cast.acme)
    return ask(cast.sam, note="I build robots.")


def is_member(person: Person, cast: Cast) -> bool:
    return Membership.objects.filter(user=person.user, organization=cast.acme).exists()


class TestApproving:
    def test_makes_a_member_with_the_chosen_role(self, cast: Cast, asked: JoinRequest) -> None:
        response = approve(cast.adam, asked, "tech")
        assert "Sam Stranger is now a member of Acme." in words(response)
        membership = cast.sam.membership(cast.acme)
        assert (membership.role, membership.invited_by) == ("tech", cast.adam.user)
        assert state(asked) == "approved"
        event = Event.objects.get(action="join_request.approved")
        assert (event.actor_id, event.organization_id, event.after) == (
            cast.adam.user.pk,
            cast.acme.pk,
            {"role": "tech"},
        )

    def test_tells_who_asked_by_mail_and_behind_the_bell(self, cast: Cast, asked: JoinRequest) -> None:
        approve(cast.adam, asked)
        mail = mails_to("sam.stranger@example.com", "join-approved")[0]
        assert mail.subject == "You are now a member of Acme"
        assert "/o/acme/" in mail.text
        assert "You are now a member of Acme" in main_words(cast.sam.client.get("/notifications/"))
        assert not Notification.objects.filter(kind="join_request", settled_at=None).exists()

    def test_an_open_invitation_is_no_longer_needed(self, cast: Cast, asked: JoinRequest) -> None:
        invitation = invite(cast, "sam.stranger@example.com", "admin")
        approve(cast.adam, asked, "member")
        assert Invitation.objects.get(pk=invitation.pk).state == "revoked"
        assert cast.sam.membership(cast.acme).role == "member"

    def test_a_custom_role_can_be_given(self, cast: Cast, asked: JoinRequest) -> None:
        role = CustomRole.objects.create(
            organization=cast.acme, name="Guest", permissions=frozenset({"view_organization"})
        )
        assert "Guest" in words_at(cast.adam.client.get(REQUESTS), "id", "main")
        approve(cast.adam, asked, str(role.pk))
        assert cast.sam.membership(cast.acme).custom_role == role

    def test_nobody_gives_more_than_they_hold_or_what_is_not_there(self, cast: Cast, asked: JoinRequest) -> None:
        other = CustomRole.objects.create(organization=cast.rival, name="Guest", permissions=frozenset())
        assert "You can only give a role that may do no more than yours." in words(approve(cast.adam, asked, "owner"))
        for role in ("emperor", "", str(other.pk)):
            assert "There is no such role." in words(approve(cast.adam, asked, role))
        assert not is_member(cast.sam, cast)
        assert state(asked) == "pending"

    def test_the_founders_role_asks_who_one_is(self, cast: Cast, asked: JoinRequest) -> None:
        stale = Client()
        stale.force_login(cast.olivia.user)
        response = stale.post(f"{REQUESTS}{asked.pk}/approval/", {"role": "owner"})
        assert "Confirm that it is you" in words(response)
        assert not is_member(cast.sam, cast)

    def test_a_locked_account_does_not_come_in(self, cast: Cast, asked: JoinRequest) -> None:
        cast.sam.user.is_active = False
        cast.sam.user.save()
        assert "The account of Sam Stranger is locked." in words(approve(cast.adam, asked))

    def test_who_lacks_the_second_factor_that_is_asked_for_waits(self, cast: Cast, asked: JoinRequest) -> None:
        require_factor(cast)
        with pytest.raises(Refused, match="Acme takes only members with a second factor"):
            approve_request(join_request=asked, role="member", by=cast.olivia.actor(cast.acme))
        assert state(asked) == "pending"
        give_app(cast.sam.user)
        approve_request(join_request=asked, role="member", by=cast.olivia.actor(cast.acme))
        assert is_member(cast.sam, cast)

    def test_staff_stop_it(self, cast: Cast, asked: JoinRequest) -> None:
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        assert cast.adam.client.post(f"{REQUESTS}{asked.pk}/approval/", {"role": "member"}).status_code == 403
        assert state(asked) == "pending"


class TestDeclining:
    def test_says_why_by_mail_on_the_page_and_behind_the_bell(self, cast: Cast, asked: JoinRequest) -> None:
        page = cast.adam.client.get(f"{REQUESTS}{asked.pk}/declination/")
        assert "Decline the request of Sam Stranger" in main_words(page)
        response = decline(cast.adam, asked, "We are <b>full</b>.")
        assert "The request of Sam Stranger is declined." in words(response)
        mail = mails_to("sam.stranger@example.com", "join-declined")[0]
        assert "Your request to join Acme was declined." in mail.text
        assert "We are <b>full</b>." in mail.text
        assert "<b>full" not in mail.html
        page = cast.sam.client.get(MINE)
        assert "The reason: We are <b>full</b>." in main_words(page)
        told = main_words(cast.sam.client.get("/notifications/"))
        assert "Acme has declined your request to join: We are <b>full</b>." in told
        assert not is_member(cast.sam, cast)

    def test_without_a_reason_too_and_one_may_ask_again(self, cast: Cast, asked: JoinRequest) -> None:
        decline(cast.adam, asked)
        assert "reason" not in mails_to("sam.stranger@example.com", "join-declined")[0].text
        assert "Acme has declined your request to join." in main_words(cast.sam.client.get("/notifications/"))
        ask(cast.sam)

    def test_a_reason_that_is_too_long_stays_in_the_form(self, cast: Cast, asked: JoinRequest) -> None:
        assert "One field needs your attention." in main_words(decline(cast.adam, asked, "x" * 501))
        assert state(asked) == "pending"


class TestOnce:
    def test_the_second_to_decide_is_told_who_did_what(self, cast: Cast, asked: JoinRequest) -> None:
        approve(cast.adam, asked, "member")
        assert "Adam Admin has approved the request of Sam Stranger already." in words(
            approve(cast.olivia, asked, "admin")
        )
        assert "Adam Admin has approved the request of Sam Stranger already." in words(decline(cast.olivia, asked))
        assert cast.sam.membership(cast.acme).role == "member"
        assert state(asked) == "approved"

    def test_27_a_withdrawn_or_declined_request_lets_nobody_in(self, cast: Cast, asked: JoinRequest) -> None:
        cast.sam.client.post(f"{MINE}requests/{asked.pk}/withdrawal/")
        assert "Sam Stranger has withdrawn the request." in words(approve(cast.adam, asked))
        second = ask(cast.sam)
        decline(cast.adam, second)
        assert "Adam Admin has declined the request of Sam Stranger already." in words(approve(cast.olivia, second))
        assert not is_member(cast.sam, cast)

    def test_27_nobody_decides_their_own(self, cast: Cast, asked: JoinRequest) -> None:
        """Sam decides in Rival, and so knows how; at Acme he is nobody."""
        Membership.build(organization=cast.rival, user=cast.sam.user, role="owner").save()
        for path in (REQUESTS, "/o/rival/members/requests/"):
            for what in ("approval", "declination"):
                assert cast.sam.client.post(f"{path}{asked.pk}/{what}/", {"role": "owner"}).status_code == 404
        # Nor as staff, by the action itself.
        with pytest.raises(Refused, match="You cannot decide your own request"):
            approve_request(join_request=asked, role="member", by=Actor.staff(cast.sam.user))
        assert state(asked) == "pending"


class TestWhoMay:
    def test_20_a_role_that_does_not_decide_reads_and_decides_nothing(self, cast: Cast, asked: JoinRequest) -> None:
        for person in (cast.mia, cast.theo, cast.bella):
            assert person.client.get(REQUESTS).status_code == 403
            assert person.client.post(f"{REQUESTS}{asked.pk}/approval/", {"role": "member"}).status_code == 403
            assert person.client.post(f"{REQUESTS}{asked.pk}/declination/", {"reason": ""}).status_code == 403
            assert REQUESTS not in links(person.client.get("/o/acme/members/"))
        assert state(asked) == "pending"

    def test_19_another_organizations_requests_are_not_there(self, cast: Cast, asked: JoinRequest) -> None:
        for what in ("approval", "declination"):
            address = f"/o/rival/members/requests/{asked.pk}/{what}/"
            assert cast.rita.client.post(address, {"role": "member"}).status_code == 404
            assert cast.rita.client.get(address).status_code in (404, 405)
        assert "Sam" not in main_words(cast.rita.client.get("/o/rival/members/requests/"))

    def test_the_tab_counts_what_waits(self, cast: Cast, asked: JoinRequest) -> None:
        make_public(cast.acme)
        ask(make_person("other.one@example.com"))
        assert "Requests2" in words_at(cast.adam.client.get("/o/acme/members/"), "aria-label", "People")
        decline(cast.adam, asked)
        assert "Requests1" in words_at(cast.adam.client.get(REQUESTS), "aria-label", "People")


class TestList:
    def test_search_and_state_narrow_it(self, cast: Cast, asked: JoinRequest) -> None:
        ask(make_person("other.one@example.com"))
        client = cast.adam.client
        assert "Other One" not in main_words(client.get(f"{REQUESTS}?q=STRANGER"))
        assert "Sam Stranger" in main_words(client.get(f"{REQUESTS}?q=sam+stranger@"))
        assert "No request matches." in main_words(client.get(f"{REQUESTS}?q=%25"))
        approve(cast.adam, asked)
        assert "Sam Stranger" not in main_words(client.get(REQUESTS))
        page = client.get(f"{REQUESTS}?state=approved")
        assert "by Adam Admin" in main_words(page)
        assert not [address for address in posts(page) if "approval" in address]
        assert "Other One" in main_words(client.get(f"{REQUESTS}?state=nonsense"))

    def test_empty_it_says_what_it_is_for(self, cast: Cast) -> None:
        assert "Only people with an address in a domain of Acme find it." in main_words(cast.adam.client.get(REQUESTS))
        make_public(cast.acme)
        page = main_words(cast.adam.client.get(REQUESTS))
        assert "Whoever finds Acme in the directory and asks to join stands here until you decide." in page

    def test_a_search_survives_an_answer(self, cast: Cast, asked: JoinRequest) -> None:
        page = cast.adam.client.get(f"{REQUESTS}?q=sam")
        address = next(address for address in posts(page) if "approval" in address)
        response = cast.adam.client.post(address, {"role": "member"})
        assert response["Location"] == f"{REQUESTS}?q=sam"
        outside = f"{REQUESTS}{asked.pk}/approval/?next=//evil.example/"
        assert cast.adam.client.post(outside, {"role": "member"})["Location"] == REQUESTS


def test_two_organizations_under_a_policy_of_one(settings: object) -> None:
    """Nobody comes into a second one by a request that was open when the policy was another."""
    owner, sam = make_person("olga.owner@example.com"), make_person("sam.else@example.com")
    team, other = make_team("Team", owner), make_team("Other", make_person("other.owner@example.com"))
    make_public(team)
    request = ask(sam, "team")
    Membership.build(organization=other, user=sam.user, role="member").save()
    Membership.objects.filter(role="owner").update(role="admin")
    Membership.objects.filter(role="member").update(role="technical")
    settings.CONSOLE_POLICY = "percona"  # type: ignore[attr-defined] # pytest-django's fixture
    address = f"/o/team/members/requests/{request.pk}/approval/"
    assert owner.client.post(address, {"role": "technical"}).status_code == 404
    assert not Membership.objects.filter(organization=team, user=sam.user).exists()
