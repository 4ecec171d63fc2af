"""Olivia gives Acme away: to a member whom she finds, who must accept, within seven days."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import Notification
from audit.models import Event
from organizations.actions import create_role, expire_transfers
from organizations.models import Membership, Transfer
from outbox.models import Mail
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.inviting import invite
from tests.organizations.owning import MINE, TRANSFER, offer
from tests.reading import body, error_at, link_in, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db


def role_in_acme(cast: Cast, person: Person) -> str:
    return person.membership(cast.acme).role


def days_from_now(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def fresh_browser(person: Person) -> Client:
    """One in which the person signs in now; the session of the other one has run out."""
    return Person(person.user).client


def state_of(transfer: Transfer) -> str:
    return Transfer.objects.get(pk=transfer.pk).state


class TestOffering:
    def test_from_the_settings_to_the_members_bell_and_mailbox(self, cast: Cast) -> None:
        client = cast.olivia.client
        assert TRANSFER in links(client.get("/o/acme/settings/"))
        found = client.get(TRANSFER, {"q": "adam"})
        (choose,) = [href for href in links(found) if "?member=" in href]
        form = client.get(choose)
        assert "Adam Admin is Owner and may do everything" in main_words(form)
        member = cast.adam.membership(cast.acme).pk
        answer = client.post(choose, {"member": member, "role": "tech"}, follow=True)
        assert "Adam Admin is asked to take over. Nothing changes until they accept." in words(answer)
        assert "Open offer" in main_words(answer)
        assert (role_in_acme(cast, cast.olivia), role_in_acme(cast, cast.adam)) == ("owner", "admin")
        (mail,) = mails_to("adam.admin@example.com", "transfer-offered")
        assert mail.subject == "Olivia Owner offers you the ownership of Acme"
        page = cast.adam.client.get(link_in(mail))
        assert "Olivia Owner stays as Tech." in main_words(page)
        assert link_in(mail) in links(cast.adam.client.get("/notifications/"))

    def test_the_next_role_below_is_suggested_and_ones_own_is_not_offered(self, cast: Cast) -> None:
        member = cast.mia.membership(cast.acme).pk
        form = body(cast.olivia.client.get(TRANSFER, {"member": str(member)}))
        assert '<option value="admin" selected>Admin' in form
        assert '<option value="owner"' not in form

    @pytest.mark.parametrize("nobody", ["", "x", "00000000-0000-4000-8000-000000000000"])
    def test_to_nobody_is_to_nobody(self, cast: Cast, nobody: str) -> None:
        answer = cast.olivia.client.post(TRANSFER, {"member": nobody, "role": "admin"})
        assert answer.status_code == 200
        assert "no longer a member" in words(answer)
        assert not Transfer.objects.exists()

    def test_not_to_a_member_of_another_organization(self, cast: Cast) -> None:
        foreign = cast.rita.membership(cast.rival).pk
        cast.olivia.client.post(TRANSFER, {"member": foreign, "role": "admin"})
        assert not Transfer.objects.exists()
        assert "Rita" not in body(cast.olivia.client.get(TRANSFER, {"member": str(foreign)}))

    def test_not_to_oneself_nor_to_another_owner(self, cast: Cast) -> None:
        Membership.build(organization=cast.acme, user=cast.sam.user, role="owner").save()
        own = cast.olivia.membership(cast.acme).pk
        assert "Choose somebody else" in words(cast.olivia.client.post(TRANSFER, {"member": own, "role": "admin"}))
        other = cast.sam.membership(cast.acme).pk
        assert "Owner already" in words(cast.olivia.client.post(TRANSFER, {"member": other, "role": "admin"}))
        assert "Nobody found" in words(cast.olivia.client.get(TRANSFER, {"q": "sam"}))
        assert not Transfer.objects.exists()

    @pytest.mark.parametrize("role", ["owner", "emperor", ""])
    def test_for_no_role_that_is_none(self, cast: Cast, role: str) -> None:
        member = cast.adam.membership(cast.acme).pk
        answer = cast.olivia.client.post(TRANSFER, {"member": member, "role": role})
        assert error_at(answer, "role")
        assert not Transfer.objects.exists()

    def test_one_at_a_time(self, cast: Cast) -> None:
        offer(cast)
        mia = cast.mia.membership(cast.acme).pk
        answer = cast.olivia.client.post(TRANSFER, {"member": mia, "role": "admin"})
        assert "offered already" in words(answer)
        assert Transfer.objects.count() == 1

    def test_an_old_proof_is_asked_for_again(self, cast: Cast) -> None:
        member = cast.adam.membership(cast.acme).pk
        client = cast.olivia.client
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            answer = client.post(TRANSFER, {"member": member, "role": "admin"})
        assert "Confirm that it is you" in words(answer)
        assert not Transfer.objects.exists()

    def test_the_search_costs_the_same_for_a_thousand(self, cast: Cast, django_assert_num_queries: Any) -> None:
        client = cast.olivia.client
        client.get(TRANSFER, {"q": "mi"})
        with CaptureQueriesContext(connection) as first:
            client.get(TRANSFER, {"q": "mi"})
        people = [make_person(f"mila.number{n}@example.com") for n in range(30)]
        Membership.objects.bulk_create(
            Membership.build(organization=cast.acme, user=person.user, role="member") for person in people
        )
        with django_assert_num_queries(len(first.captured_queries)):
            page = client.get(TRANSFER, {"q": "mi"})
        assert "There are more" in words(page)


class TestAnswering:
    def test_who_accepts_becomes_owner_and_the_giver_what_was_chosen(self, cast: Cast) -> None:
        transfer = offer(cast, role="billing")
        answer = cast.adam.client.post(f"/transfers/{transfer.pk}/acceptance/", follow=True)
        assert answer.redirect_chain[-1][0] == "/o/acme/"
        assert "You are now Owner of Acme." in words(answer)
        assert (role_in_acme(cast, cast.olivia), role_in_acme(cast, cast.adam)) == ("billing", "owner")
        assert cast.olivia.client.get(TRANSFER).status_code == 403
        for address in ("olivia.owner@example.com", "adam.admin@example.com"):
            (mail,) = mails_to(address, "transfer-accepted")
            assert "Adam Admin is now Owner of Acme, and Olivia Owner is Billing." in mail.text
        assert not Notification.objects.awaiting().filter(kind="transfer").exists()
        changes = Event.objects.filter(action="membership.role_changed").order_by("id")
        assert [(e.before, e.after) for e in changes] == [
            ({"role": "admin"}, {"role": "owner"}),
            ({"role": "owner"}, {"role": "billing"}),
        ]

    def test_a_timed_membership_no_longer_ends(self, cast: Cast) -> None:
        timed = Membership.objects.filter(user=cast.mia.user, organization=cast.acme)
        timed.update(ends_at=days_from_now(5))
        transfer = offer(cast, cast.mia)
        cast.mia.client.post(f"/transfers/{transfer.pk}/acceptance/")
        mia = cast.mia.membership(cast.acme)
        assert (mia.role, mia.ends_at) == ("owner", None)

    def test_who_declines_leaves_everything_as_it_is(self, cast: Cast) -> None:
        transfer = offer(cast)
        answer = cast.adam.client.post(f"/transfers/{transfer.pk}/declination/", follow=True)
        assert "You have declined this offer" in words(answer)
        assert (role_in_acme(cast, cast.olivia), role_in_acme(cast, cast.adam)) == ("owner", "admin")
        assert mails_to("olivia.owner@example.com", "transfer-declined")
        assert not [path for path in posts(answer) if path.startswith("/transfers/")]

    @pytest.mark.parametrize("who", ["olivia", "mia", "sam", "rita"])
    def test_to_everybody_else_it_is_not_there(self, cast: Cast, who: str) -> None:
        transfer = offer(cast)
        client = getattr(cast, who).client
        assert client.get(f"/transfers/{transfer.pk}/").status_code == 404
        for noun in ("acceptance", "declination"):
            assert client.post(f"/transfers/{transfer.pk}/{noun}/").status_code == 404
        assert state_of(transfer) == "offered"

    def test_looking_changes_nothing(self, cast: Cast) -> None:
        transfer = offer(cast)
        assert cast.adam.client.get(f"/transfers/{transfer.pk}/acceptance/").status_code == 405
        assert state_of(transfer) == "offered"

    def test_accepting_asks_for_a_fresh_proof(self, cast: Cast) -> None:
        transfer = offer(cast)
        client = cast.adam.client
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "Confirm that it is you" in words(client.post(f"/transfers/{transfer.pk}/acceptance/"))
        assert state_of(transfer) == "offered"

    def test_without_the_second_factor_that_acme_asks_for_it_is_refused(self, cast: Cast) -> None:
        transfer = offer(cast)
        client = cast.adam.client
        cast.acme.second_factor_from = days_from_now(-1)
        cast.acme.save()
        answer = client.post(f"/transfers/{transfer.pk}/acceptance/", follow=True)
        assert "second factor" in words(answer)
        assert (role_in_acme(cast, cast.olivia), state_of(transfer)) == ("owner", "offered")

    def test_what_the_giver_had_sent_beyond_the_new_role_is_revoked(self, cast: Cast) -> None:
        invitation = invite(cast, "new.face@example.com", "admin")
        transfer = offer(cast, role="member")
        cast.adam.client.post(f"/transfers/{transfer.pk}/acceptance/")
        invitation.refresh_from_db()
        assert invitation.state == "revoked"

    def test_a_custom_role_that_was_deleted_meanwhile_is_the_next_below(self, cast: Cast) -> None:
        by = cast.olivia.actor(cast.acme)
        guest = create_role(organization=cast.acme, name="Guest", permissions=["view_members"], by=by)
        transfer = offer(cast, role=str(guest.pk))
        assert "stays as Guest" in words(cast.adam.client.get(f"/transfers/{transfer.pk}/"))
        guest.delete()
        cast.adam.client.post(f"/transfers/{transfer.pk}/acceptance/")
        assert role_in_acme(cast, cast.olivia) == "admin"


class TestEndings:
    def test_withdrawn_by_another_owner(self, cast: Cast) -> None:
        transfer = offer(cast)
        Membership.build(organization=cast.acme, user=cast.sam.user, role="owner").save()
        answer = cast.sam.client.post(f"{TRANSFER}withdrawal/", follow=True)
        assert "The offer is withdrawn." in words(answer)
        refused = cast.adam.client.post(f"/transfers/{transfer.pk}/acceptance/", follow=True)
        assert "This offer was withdrawn." in words(refused)
        assert role_in_acme(cast, cast.adam) == "admin"
        assert mails_to("adam.admin@example.com", "transfer-withdrawn")
        assert "no open offer" in words(cast.sam.client.post(f"{TRANSFER}withdrawal/", follow=True))

    def test_after_seven_days_by_the_clock_and_then_marked_and_told(
        self, clock: time_machine.Traveller, cast: Cast
    ) -> None:
        transfer = offer(cast)
        clock.shift(timedelta(days=7))
        client = fresh_browser(cast.adam)
        assert "This offer has expired" in words(client.get(f"/transfers/{transfer.pk}/"))
        client.post(f"/transfers/{transfer.pk}/acceptance/")
        assert role_in_acme(cast, cast.adam) == "admin"
        assert expire_transfers() == 1
        assert expire_transfers() == 0
        assert state_of(transfer) == "expired"
        assert len(Mail.objects.filter(kind="transfer-expired")) == 2

    def test_an_expired_one_is_in_nobodys_way(self, clock: time_machine.Traveller, cast: Cast) -> None:
        offer(cast)
        clock.shift(timedelta(days=7))
        assert offer(cast, cast.mia).is_open

    @pytest.mark.parametrize("how", ["removed", "left"])
    def test_with_the_membership_of_who_was_to_take_over(self, cast: Cast, how: str) -> None:
        transfer = offer(cast)
        if how == "removed":
            cast.olivia.client.post(f"/o/acme/members/{cast.adam.membership(cast.acme).pk}/removal/")
        else:
            cast.adam.client.post("/o/acme/leaving/")
        assert state_of(transfer) == "withdrawn"
        assert mails_to("olivia.owner@example.com", "transfer-withdrawn")
        assert cast.adam.client.post(f"/transfers/{transfer.pk}/acceptance/").status_code == 302
        assert not Membership.objects.filter(organization=cast.acme, user=cast.adam.user).exists()

    @pytest.mark.parametrize("how", ["stepped down", "left"])
    def test_with_the_role_of_who_offered_it(self, cast: Cast, how: str) -> None:
        Membership.build(organization=cast.acme, user=cast.sam.user, role="owner").save()
        transfer = offer(cast)
        if how == "left":
            cast.olivia.client.post("/o/acme/leaving/")
        else:
            olivia = cast.olivia.membership(cast.acme).pk
            cast.olivia.client.post(f"/o/acme/members/{olivia}/role/", {"role": "member"})
        assert state_of(transfer) == "withdrawn"
        assert "was withdrawn" in words(cast.adam.client.get(f"/transfers/{transfer.pk}/"))

    def test_where_the_one_who_was_to_take_over_is_made_owner_anyway(self, cast: Cast) -> None:
        transfer = offer(cast)
        adam = cast.adam.membership(cast.acme).pk
        cast.olivia.client.post(f"/o/acme/members/{adam}/role/", {"role": "owner"})
        assert role_in_acme(cast, cast.adam) == "owner"
        assert state_of(transfer) == "withdrawn"

    def test_with_an_account(self, cast: Cast) -> None:
        transfer = offer(cast)
        close_account(user=cast.adam.user, by=cast.adam.actor())
        transfer.refresh_from_db()
        assert (transfer.state, transfer.to_user) == ("withdrawn", None)
        assert "Adam" not in str([*Event.objects.filter(target_id=transfer.pk).values_list("detail__target")])


class TestOtherPolicies:
    @pytest.mark.parametrize(
        ("policy", "founder", "other"),
        [("exoscale", "owner", "tech"), ("ovhcloud", "admin", "member"), ("percona", "admin", "technical")],
    )
    def test_it_works_where_nobody_may_lower_their_own_role(
        self, settings: Any, policy: str, founder: str, other: str
    ) -> None:
        settings.CONSOLE_POLICY = policy
        anna, ben = make_person("anna.first@example.com"), make_person("ben.second@example.com")
        team = make_team("Vega", anna, {other: ben})
        page = f"/o/{team.slug}/settings/transfer/"
        anna.client.post(page, {"member": ben.membership(team).pk, "role": other})
        ben.client.post(f"/transfers/{Transfer.objects.get().pk}/acceptance/")
        assert (ben.membership(team).role, anna.membership(team).role) == (founder, other)


def test_it_is_listed_nowhere_for_who_may_not_give_it(cast: Cast) -> None:
    assert TRANSFER not in links(cast.adam.client.get("/o/acme/settings/"))
    assert cast.adam.client.get(MINE).status_code == 200
