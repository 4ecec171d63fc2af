"""Asking to join (text 002, section 3.2): who may, how often, and taking it back."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import Notification
from audit.models import Event
from organizations.models import JoinRequest, Membership
from outbox.models import Mail
from tests.accounts.deleting import delete
from tests.cast import Cast, make_person, make_team
from tests.organizations.asking import MINE, REQUESTS, approve, ask, form_for, make_public, send, state
from tests.organizations.inviting import invite, mailed_link
from tests.reading import mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


class TestAsking:
    def test_a_request_with_a_note_stands_in_the_list_of_those_who_decide(self, cast: Cast) -> None:
        make_public(cast.acme)
        page = cast.sam.client.get(form_for("acme"))
        assert "Those who decide see your name, your e-mail address and your note." in main_words(page)
        response = cast.sam.client.post(form_for("acme"), {"note": "I build\nrobots."}, follow=True)
        assert "You have asked to join Acme. You get a mail with the answer." in words(response)
        assert "Waiting for an answer" in main_words(response)
        listed = main_words(cast.adam.client.get(REQUESTS))
        assert "Sam Stranger" in listed
        assert "sam.stranger@example.com I build robots." in listed
        assert Membership.objects.filter(user=cast.sam.user, organization=cast.acme).count() == 0

    def test_it_leaves_an_event_in_the_organizations_log(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        event = Event.objects.get(action="join_request.created")
        assert (event.organization_id, event.actor_id, event.target_id) == (
            cast.acme.pk,
            cast.sam.user.pk,
            request.pk,
        )

    def test_what_cannot_be_found_cannot_be_asked(self, cast: Cast) -> None:
        for slug in ("acme", "nowhere", "personal", ""):
            assert cast.sam.client.get(form_for(slug)).status_code == 404
            assert send(cast.sam, slug).status_code == 404
        make_public(cast.acme)
        # A member does not find it either.
        assert send(cast.mia).status_code == 404
        assert not JoinRequest.objects.exists()

    @pytest.mark.embedded
    def test_twice_is_once(self, cast: Cast) -> None:
        make_public(cast.acme)
        ask(cast.sam)
        assert "You have asked to join Acme already." in main_words(send(cast.sam))
        assert JoinRequest.objects.count() == 1

    def test_the_invited_are_sent_to_their_invitation(self, cast: Cast) -> None:
        make_public(cast.acme)
        invite(cast, "sam.stranger@example.com")
        assert "You are invited to Acme: accept the invitation." in main_words(send(cast.sam))

    def test_without_a_proven_address_nobody_asks(self, cast: Cast) -> None:
        make_public(cast.acme)
        claimed = make_person("claimed.only@example.com", verified=False)
        assert "Verify your e-mail address first." in main_words(send(claimed))
        assert not JoinRequest.objects.exists()

    def test_a_note_is_as_long_as_it_may_be_and_inert(self, cast: Cast) -> None:
        make_public(cast.acme)
        assert send(cast.sam, note="x" * 501).status_code == 200
        ask(cast.sam, note="<script>alert(1)</script> {{ 7*7 }}\r\nBcc: all\u202e")
        page = cast.adam.client.get(REQUESTS)
        assert b"<script>alert" not in page.content
        assert "<script>alert(1)</script> {{ 7*7 }} Bcc: all" in main_words(page)
        assert "\u202e" not in main_words(page)

    def test_fields_that_the_form_does_not_have_change_nothing(self, cast: Cast) -> None:
        make_public(cast.acme)
        cast.sam.client.post(
            form_for("acme"),
            {
                "note": "",
                "state": "approved",
                "organization": str(cast.rival.pk),
                "user": str(cast.mia.user.pk),
                "role": "owner",
                "decided_by": str(cast.olivia.user.pk),
            },
        )
        request = JoinRequest.objects.get()
        assert (request.state, request.organization, request.user, request.decided_by) == (
            "pending",
            cast.acme,
            cast.sam.user,
            None,
        )


class TestLimits:
    def test_five_at_a_time_for_one_person(self, cast: Cast) -> None:
        teams = [make_team(f"Team {number}", make_person(f"own.er{number}@example.com")) for number in range(6)]
        make_public(*teams)
        for team in teams[:5]:
            ask(cast.sam, team.slug)
        assert "You can have 5 open requests at a time." in main_words(send(cast.sam, teams[5].slug))
        cast.sam.client.post(f"{MINE}requests/{JoinRequest.objects.earliest('id').pk}/withdrawal/")
        ask(cast.sam, teams[5].slug)

    def test_twenty_in_an_hour_for_one_organization(self, cast: Cast) -> None:
        make_public(cast.acme)
        with time_machine.travel(NOON, tick=False) as clock:
            for number in range(20):
                ask(make_person(f"per.son{number}@example.com"))
            assert "Many people ask to join Acme. Try again in an hour." in main_words(send(cast.sam))
            clock.shift(timedelta(minutes=61))
            ask(cast.sam)

    def test_three_times_a_day_for_one_person_and_organization(self, cast: Cast) -> None:
        make_public(cast.acme)
        with time_machine.travel(NOON, tick=False) as clock:
            for _ in range(3):
                request = ask(cast.sam)
                cast.sam.client.post(f"{MINE}requests/{request.pk}/withdrawal/")
            assert "You have asked Acme several times today." in main_words(send(cast.sam))
            clock.shift(timedelta(hours=25))
            ask(cast.sam)


class TestWithdrawing:
    def test_ones_own_is_gone_from_the_list_and_from_the_bell(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        withdrawal = f"{MINE}requests/{request.pk}/withdrawal/"
        assert withdrawal in posts(cast.sam.client.get(MINE))
        assert Notification.objects.filter(kind="join_request", settled_at=None).count() == 2
        response = cast.sam.client.post(withdrawal, follow=True)
        assert "Your request to join Acme is withdrawn." in words(response)
        assert state(request) == "withdrawn"
        assert "Sam" not in main_words(cast.adam.client.get(REQUESTS))
        assert not Notification.objects.filter(kind="join_request", settled_at=None).exists()

    def test_somebody_elses_is_not_there(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        for person in (cast.rita, cast.adam, cast.olivia):
            assert person.client.post(f"{MINE}requests/{request.pk}/withdrawal/").status_code == 404
        assert cast.sam.client.get(f"{MINE}requests/{request.pk}/withdrawal/").status_code == 405
        assert state(request) == "pending"

    def test_an_answered_one_cannot_be_withdrawn(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        approve(cast.adam, request)
        response = cast.sam.client.post(f"{MINE}requests/{request.pk}/withdrawal/", follow=True)
        assert "Your request was answered already." in words(response)
        assert "Adam" not in words(response)
        assert state(request) == "approved"


class TestOtherWaysIn:
    def test_an_accepted_invitation_ends_the_request(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam)
        invitation = invite(cast, "sam.stranger@example.com", "tech")
        cast.sam.client.post(f"{mailed_link(invitation)}acceptance/")
        assert cast.sam.membership(cast.acme).role == "tech"
        assert state(request) == "lapsed"
        assert Event.objects.filter(action="join_request.lapsed", target_id=request.pk).count() == 1
        assert "The request of Sam Stranger is no longer needed." in words(approve(cast.adam, request))

    def test_the_end_of_an_account_ends_its_requests_and_what_they_said(self, cast: Cast) -> None:
        make_public(cast.acme)
        request = ask(cast.sam, note="I am Sam.")
        Mail.objects.update(state="sent", sent_at=NOON)
        delete(cast.sam)
        assert not JoinRequest.objects.filter(pk=request.pk).exists()
        event = Event.objects.get(action="join_request.withdrawn")
        assert event.target_id == request.pk
        created = Event.objects.get(action="join_request.created")
        assert (created.detail.actor, created.detail.target) == ("", "")
        assert not [mail for mail in mails_to("adam.admin@example.com") if "Sam" in mail.text + mail.subject]
