"""Olivia closes Acme: what is in the way, what ends, how it is undone, and when it is final."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import close_account
from audit.models import Event
from console.celery import SCHEDULE
from console.refusal import Refused
from organizations import signals
from organizations.actions import closing_work as work
from organizations.actions import (
    end_closed_organizations,
    go_on_closing,
    remove_member,
    reopen_organization,
    request_organization_export,
    suspend_organization,
    sweep_closings,
)
from organizations.actors import Actor
from organizations.letters import ownership as letters
from organizations.models import Closing, Membership, Organization, Slug
from organizations.signals import Obstacle
from outbox.models import Mail
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.inviting import copied_link, invite
from tests.organizations.owning import CLOSING, MINE, close, offer, reopening, told
from tests.reading import error_at, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db

TYPED = {"name": "Acme", "acknowledged": "on"}


def status_of(organization: Organization) -> str:
    return Organization.objects.get(pk=organization.pk).status


class TestWhatIsInTheWay:
    def test_members_are_to_be_known_of(self, cast: Cast) -> None:
        client = cast.olivia.client
        assert CLOSING in links(client.get("/o/acme/settings/"))
        assert "4 other people are members" in main_words(client.get(CLOSING))
        answer = client.post(CLOSING, {"name": "Acme"})
        assert "Confirm that you know of this." in error_at(answer, "acknowledged")
        assert status_of(cast.acme) == "active"

    def test_alone_there_is_nothing_to_know(self, cast: Cast) -> None:
        page = "/o/rival/settings/closing/"
        assert "Nothing is in the way." in main_words(cast.rita.client.get(page))
        cast.rita.client.post(page, {"name": "Rival"})
        assert status_of(cast.rival) == "closed"

    @pytest.mark.parametrize("name", ["", "acme", "Rival"])
    def test_the_name_must_be_typed(self, cast: Cast, name: str) -> None:
        answer = cast.olivia.client.post(CLOSING, {"name": name, "acknowledged": "on"})
        assert error_at(answer, "name")
        assert status_of(cast.acme) == "active"

    def test_an_old_proof_is_asked_for_again(self, cast: Cast) -> None:
        client = cast.olivia.client
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "Confirm that it is you" in words(client.post(CLOSING, TYPED))
        assert status_of(cast.acme) == "active"

    def test_an_app_above_can_be_in_the_way(self, cast: Cast) -> None:
        def projects(organization: Organization, add: Callable[[Obstacle], None], **_: Any) -> None:
            add(Obstacle(sentence="2 projects are running.", address=f"/o/{organization.slug}/", action="See projects"))

        signals.closing.connect(projects)
        try:
            page = cast.olivia.client.get(CLOSING)
            answer = cast.olivia.client.post(CLOSING, TYPED)
        finally:
            signals.closing.disconnect(projects)
        assert "2 projects are running." in main_words(page)
        assert "See projects" in main_words(page)
        assert CLOSING not in posts(page)
        assert "2 projects are running." in words(answer)
        assert status_of(cast.acme) == "active"

    def test_what_staff_have_suspended_only_staff_let_go(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        assert "Our staff have suspended this organization" in main_words(cast.olivia.client.get(CLOSING))
        cast.olivia.client.post(CLOSING, TYPED)
        assert status_of(cast.acme) == "suspended"


class TestClosed:
    def test_nobody_can_open_it_any_more(self, cast: Cast) -> None:
        answer = cast.olivia.client.post(CLOSING, TYPED, follow=True)
        assert answer.redirect_chain[-1][0] == MINE
        assert "Acme is closed. For 30 days you can open it again here." in words(answer)
        for person in (cast.olivia, cast.adam, cast.mia):
            assert person.client.get("/o/acme/").status_code == 404
            assert person.client.post("/o/acme/settings/", {"name": "Mine", "slug": "mine"}).status_code == 404
        assert cast.olivia.client.post(CLOSING, TYPED).status_code == 404
        assert "Acme" not in words(cast.mia.client.get(MINE))
        assert Event.objects.get(action="organization.closed").before == {"status": "active"}

    def test_what_somebody_had_begun_before_is_refused(self, cast: Cast) -> None:
        """A request that waited for the lock while Olivia closed."""
        by, mia = cast.adam.actor(cast.acme), cast.mia.membership(cast.acme)
        close(cast.acme, cast.olivia)
        with pytest.raises(Refused, match="This organization is closed"):
            remove_member(membership=mia, by=by)
        with pytest.raises(Refused, match="This organization is closed"):
            request_organization_export(organization=cast.acme, by=by)

    def test_what_was_open_ends(self, cast: Cast) -> None:
        invitation = invite(cast, "sam.stranger@example.com")
        link = copied_link(cast, invitation)
        transfer = offer(cast)
        closing = close(cast.acme, cast.olivia)
        transfer.refresh_from_db()
        assert transfer.state == "withdrawn"
        # At once, whether or not the worker was there.
        assert cast.sam.client.post(f"{link}acceptance/").status_code == 410
        assert not Membership.objects.filter(organization=cast.acme, user=cast.sam.user).exists()
        told(closing)
        invitation.refresh_from_db()
        assert invitation.state == "revoked"

    def test_every_member_is_told_once_and_the_owner_how_to_undo_it(self, cast: Cast) -> None:
        closing = told(close(cast.acme, cast.olivia))
        go_on_closing(closing.pk)
        mails = {mail.to: mail.text for mail in Mail.objects.filter(kind="organization-closed")}
        assert len(mails) == Mail.objects.filter(kind="organization-closed").count() == 5
        assert "you can open it again" in mails["olivia.owner@example.com"]
        assert "Olivia Owner has closed Acme" in mails["mia.member@example.com"]
        assert "somebody with the role Owner can open it again" in mails["mia.member@example.com"]

    def test_a_killed_worker_has_told_some_and_the_next_one_tells_the_others(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(work, "BATCH", 2)
        monkeypatch.setattr(work, "BATCHES", 1)
        closing = close(cast.acme, cast.olivia)
        sent = letters.send_closed
        calls: list[str] = []

        def dying(closing: Closing, membership: Membership) -> None:
            calls.append(membership.user.email)
            if len(calls) == 4:
                raise KeyboardInterrupt
            sent(closing, membership)

        monkeypatch.setattr(letters, "send_closed", dying)
        assert not go_on_closing(closing.pk)
        with pytest.raises(KeyboardInterrupt):
            go_on_closing(closing.pk)
        assert sweep_closings() == 1
        while not go_on_closing(closing.pk):
            pass
        recipients = [mail.to for mail in Mail.objects.filter(kind="organization-closed")]
        assert len(recipients) == len(set(recipients)) == 5
        assert sweep_closings() == 0

    def test_the_worker_hears_of_it_at_once(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Any
    ) -> None:
        if settings.REDIS_URL:
            pytest.skip("a worker tells them")
        with django_capture_on_commit_callbacks(execute=True):
            cast.olivia.client.post(CLOSING, TYPED)
        assert mails_to("mia.member@example.com", "organization-closed")
        assert {"organizations.sweep_closings", "organizations.end_closed"} <= {e["task"] for e in SCHEDULE.values()}

    def test_its_last_owner_can_delete_the_account(self, cast: Cast) -> None:
        close(cast.acme, cast.olivia)
        close_account(user=cast.olivia.user, by=cast.olivia.actor())
        assert Organization.objects.filter(pk=cast.acme.pk).exists()

    def test_its_address_stays_taken(self, cast: Cast) -> None:
        close(cast.acme, cast.olivia)
        answer = cast.sam.client.post("/organizations/new/", {"name": "Acme", "slug": "acme"})
        assert "This address is taken" in error_at(answer, "slug")


class TestReopened:
    def test_the_owner_finds_it_and_opens_it_again(self, cast: Cast) -> None:
        closing = told(close(cast.acme, cast.olivia))
        page = cast.olivia.client.get(MINE)
        assert "Closed. You can open it again until" in main_words(page)
        assert reopening(cast.acme) in posts(page)
        answer = cast.olivia.client.post(reopening(cast.acme), follow=True)
        assert "Acme is open again." in words(answer)
        assert cast.mia.client.get("/o/acme/").status_code == 200
        told(closing)
        assert len(mails_to("mia.member@example.com", "organization-reopened")) == 1
        assert close(cast.acme, cast.olivia).pk != closing.pk

    def test_who_was_not_told_that_it_was_closed_is_not_told_that_it_is_open(self, cast: Cast) -> None:
        closing = close(cast.acme, cast.olivia)
        cast.olivia.client.post(reopening(cast.acme))
        assert go_on_closing(closing.pk)
        assert not Mail.objects.filter(kind__startswith="organization-").exists()

    @pytest.mark.parametrize("who", ["adam", "mia", "rita", "sam"])
    def test_for_everybody_else_it_is_not_there(self, cast: Cast, who: str) -> None:
        close(cast.acme, cast.olivia)
        person: Person = getattr(cast, who)
        assert "Closed organizations" not in words(person.client.get(MINE))
        assert person.client.post(reopening(cast.acme)).status_code == 404
        assert status_of(cast.acme) == "closed"

    def test_one_that_is_not_closed_cannot_be_opened(self, cast: Cast) -> None:
        assert cast.olivia.client.post(reopening(cast.acme)).status_code == 404

    def test_an_old_proof_is_asked_for_again(self, cast: Cast) -> None:
        close(cast.acme, cast.olivia)
        client = cast.olivia.client
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "Confirm that it is you" in words(client.post(reopening(cast.acme)))
        assert status_of(cast.acme) == "closed"

    def test_a_suspension_is_still_there(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
        close(cast.acme, cast.olivia)
        cast.olivia.client.post(reopening(cast.acme))
        acme = Organization.objects.get(pk=cast.acme.pk)
        assert (acme.status, acme.suspended_for, acme.closed_at) == ("suspended", "past_due", None)

    def test_not_after_30_days(self, clock: time_machine.Traveller, cast: Cast) -> None:
        close(cast.acme, cast.olivia)
        clock.shift(timedelta(days=30))
        client = Person(cast.olivia.user).client
        assert client.post(reopening(cast.acme)).status_code == 404
        assert "Closed organizations" not in words(client.get(MINE))

    def test_where_one_may_be_in_one_only_who_has_another_stays_out(self, settings: Any) -> None:
        settings.CONSOLE_POLICY = "percona"
        anna, ben = make_person("anna.first@example.com"), make_person("ben.second@example.com")
        vega = make_team("Vega", anna, {"technical": ben})
        close(vega, anna)
        # While it is closed there is room for another.
        make_team("Lyra", ben)
        anna.client.post(reopening(vega))
        assert [m.user for m in vega.memberships.all()] == [anna.user]
        close(vega, anna)
        make_team("Orion", anna)
        answer = anna.client.post(reopening(vega), follow=True)
        assert "You can be in 1 organization at a time." in words(answer)
        assert status_of(vega) == "closed"


class TestFinal:
    def test_after_30_days_all_memberships_end_and_staff_still_find_it(
        self, clock: time_machine.Traveller, cast: Cast
    ) -> None:
        ended: list[Membership] = []

        def note(membership: Membership, **_: Any) -> None:
            ended.append(membership)

        signals.membership_ended.connect(note)
        try:
            close(cast.acme, cast.olivia)
            clock.shift(timedelta(days=30) - timedelta(seconds=1))
            assert end_closed_organizations() == 0
            clock.shift(timedelta(seconds=1))
            assert end_closed_organizations() == 1
            assert end_closed_organizations() == 0
        finally:
            signals.membership_ended.disconnect(note)
        assert len(ended) == 5
        assert not cast.acme.memberships.exists()
        assert Slug.objects.filter(slug="acme", organization=cast.acme).exists()
        assert Event.objects.filter(action="organization.ended", organization_id=cast.acme.pk).count() == 1

    def test_many_end_in_batches(
        self, clock: time_machine.Traveller, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(work, "BATCH", 2)
        monkeypatch.setattr(work, "BATCHES", 1)
        close(cast.acme, cast.olivia)
        clock.shift(timedelta(days=31))
        assert [end_closed_organizations() for _ in range(4)] == [0, 0, 1, 0]

    def test_one_that_is_open_again_stays(self, clock: time_machine.Traveller, cast: Cast) -> None:
        close(cast.acme, cast.olivia)
        reopen_organization(organization=cast.acme, by=Actor.system())
        clock.shift(timedelta(days=31))
        assert end_closed_organizations() == 0
        assert cast.acme.memberships.count() == 5
