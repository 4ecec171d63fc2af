"""Memberships with an end: who sets it, what is mailed, and that the clock alone closes the door."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import HttpResponseBase

from audit.models import Event
from organizations import signals
from organizations.actions import end_timed_memberships, invite_member, reopen_organization, tell_of_ends
from organizations.models import Membership
from organizations.tasks import end_timed_memberships as task
from tests.cast import Cast, Person
from tests.organizations.owning import close
from tests.reading import body, error_at, mails_to, words

pytestmark = pytest.mark.django_db

# The clock of these tests stands at noon, 1 March 2027, in UTC.
LAST_DAY = "2027-03-31"
END = datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC)
MIA = "mia.member@example.com"


def edit(cast: Cast, by: Person, whose: Person, role: str, last_day: str) -> HttpResponseBase:
    pk = whose.membership(cast.acme).pk
    data = {"role": role, "was": whose.membership(cast.acme).role_key, "last_day": last_day}
    return by.client.post(f"/o/acme/members/{pk}/role/", data, follow=True)


@pytest.fixture
def timed(clock: time_machine.Traveller, cast: Cast) -> Cast:
    """Mia's membership ends after the last day of March; the mail that said so is gone."""
    edit(cast, cast.adam, cast.mia, "member", LAST_DAY)
    assert cast.mia.membership(cast.acme).ends_at == END
    return cast


def test_an_end_is_set_on_the_edit_form_and_the_member_is_told(timed: Cast) -> None:
    [mail] = mails_to(MIA)
    assert mail.subject == "Your membership in Acme ends on 31 March 2027"
    assert "31 March 2027 is now your last day in Acme. Your own account stays." in mail.text
    event = Event.objects.get(action="membership.end_set")
    assert (event.before, event.after) == ({"ends_at": None}, {"ends_at": "2027-03-31T23:59:59+00:00"})
    assert (event.actor_id, event.organization_id) == (timed.adam.user.pk, timed.acme.pk)
    assert "until 31 March 2027" in words(timed.theo.client.get("/o/acme/members/"))


def test_the_day_is_that_of_whoever_chooses_it(clock: time_machine.Traveller, cast: Cast) -> None:
    cast.adam.user.time_zone = "Asia/Tokyo"
    cast.adam.user.save()
    edit(cast, cast.adam, cast.mia, "member", LAST_DAY)
    assert cast.mia.membership(cast.acme).ends_at == datetime(2027, 3, 31, 14, 59, 59, tzinfo=UTC)
    form = cast.adam.client.get(f"/o/acme/members/{cast.mia.membership(cast.acme).pk}/role/")
    assert f'value="{LAST_DAY}"' in body(form)


def test_saving_the_form_again_changes_and_mails_nothing(timed: Cast) -> None:
    said = words(edit(timed, timed.adam, timed.mia, "member", LAST_DAY))
    assert "The membership of Mia Member is saved. It lasts until 31 March 2027." in said
    assert len(mails_to(MIA)) == 1
    assert Event.objects.filter(action="membership.end_set").count() == 1


def test_an_end_is_taken_away_again(timed: Cast) -> None:
    edit(timed, timed.olivia, timed.mia, "member", "")
    assert timed.mia.membership(timed.acme).ends_at is None
    assert mails_to(MIA)[-1].subject == "Your membership in Acme no longer ends by itself"


def test_a_form_without_the_field_leaves_the_end_as_it_is(timed: Cast) -> None:
    """The choice in the list sends the role alone."""
    pk = timed.mia.membership(timed.acme).pk
    timed.adam.client.post(f"/o/acme/members/{pk}/role/", {"role": "tech"})
    membership = timed.mia.membership(timed.acme)
    assert (membership.role, membership.ends_at) == ("tech", END)


@pytest.mark.parametrize("day", ["2027-02-28", "1999-01-01", "2032-03-02", "9999-12-31"])
def test_a_day_that_is_over_or_too_far_away_is_refused(clock: time_machine.Traveller, cast: Cast, day: str) -> None:
    response = edit(cast, cast.adam, cast.mia, "tech", day)
    assert error_at(response, "last_day") == "Choose a day from today on, at most five years from now."
    membership = cast.mia.membership(cast.acme)
    assert (membership.role, membership.ends_at) == ("member", None)
    assert Event.objects.get(outcome="denied").after == {"code": "last-day"}


@pytest.mark.parametrize("day", ["tomorrow", "31.03.2027", "2027-02-30", "2027-03-31T10:00"])
def test_what_is_no_day_is_refused_at_the_field(clock: time_machine.Traveller, cast: Cast, day: str) -> None:
    assert error_at(edit(cast, cast.adam, cast.mia, "member", day), "last_day") == "Enter a date such as 2027-03-31."


@pytest.mark.parametrize("day", ["2027-03-01", "2032-02-29"])
def test_today_and_five_years_away_are_days(clock: time_machine.Traveller, cast: Cast, day: str) -> None:
    edit(cast, cast.adam, cast.mia, "member", day)
    ends_at = cast.mia.membership(cast.acme).ends_at
    assert ends_at is not None
    assert ends_at.date().isoformat() == day


def test_nobody_sets_the_end_of_their_own_membership(timed: Cast) -> None:
    """Else whoever is to go could stay (ATTACKS 21)."""
    edit(timed, timed.olivia, timed.adam, "admin", LAST_DAY)
    pk = timed.adam.membership(timed.acme).pk
    assert "Last day" not in words(timed.adam.client.get(f"/o/acme/members/{pk}/role/"))
    edit(timed, timed.adam, timed.adam, "admin", "2030-01-01")
    edit(timed, timed.adam, timed.adam, "admin", "")
    assert timed.adam.membership(timed.acme).ends_at == END


def test_an_admin_sets_no_end_for_an_owner(clock: time_machine.Traveller, cast: Cast) -> None:
    edit(cast, cast.adam, cast.olivia, "owner", LAST_DAY)
    assert cast.olivia.membership(cast.acme).ends_at is None


class TestTheFoundersRole:
    """It never ends by itself: a team never loses its last founder-role member, by the clock neither."""

    def test_it_has_no_end(self, clock: time_machine.Traveller, cast: Cast) -> None:
        response = edit(cast, cast.olivia, cast.theo, "owner", LAST_DAY)
        assert error_at(response, "last_day") == (
            "A membership with the role Owner has no end. Leave this empty, or choose another role."
        )
        assert cast.theo.membership(cast.acme).role == "tech"

    def test_giving_it_takes_the_end_away_which_the_form_asks_for(self, timed: Cast) -> None:
        assert error_at(edit(timed, timed.olivia, timed.mia, "owner", LAST_DAY), "last_day")
        edit(timed, timed.olivia, timed.mia, "owner", "")
        membership = timed.mia.membership(timed.acme)
        assert (membership.role, membership.ends_at) == ("owner", None)
        event = Event.objects.filter(action="membership.role_changed", outcome="done").latest("id")
        assert event.after == {"role": "owner", "ends_at": None}

    def test_whoever_loses_it_may_get_an_end_at_once(self, timed: Cast) -> None:
        edit(timed, timed.olivia, timed.theo, "owner", "")
        edit(timed, timed.olivia, timed.theo, "member", LAST_DAY)
        membership = timed.theo.membership(timed.acme)
        assert (membership.role, membership.ends_at) == ("member", END)

    def test_the_database_holds_it(self, cast: Cast) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(user=cast.olivia.user, organization=cast.acme).update(ends_at=END)


class TestTheEnd:
    """With the clock at once, whether or not the task has run."""

    def test_to_the_second(self, clock: time_machine.Traveller, cast: Cast) -> None:
        edit(cast, cast.adam, cast.mia, "member", "2027-03-02")
        cast.mia.client.get("/o/acme/members/")
        clock.move_to(datetime(2027, 3, 2, 23, 59, 58, tzinfo=UTC))
        assert cast.mia.client.get("/o/acme/members/").status_code == 200
        clock.move_to(datetime(2027, 3, 2, 23, 59, 59, tzinfo=UTC))
        assert cast.mia.client.get("/o/acme/members/").status_code == 404
        assert cast.mia.client.post("/o/acme/leaving/").status_code == 404
        assert "Acme" not in words(cast.mia.client.get("/profile/preferences/"))
        assert MIA not in words(cast.theo.client.get("/o/acme/members/"))

    def test_an_action_that_began_before_it_is_refused_after_it(
        self, timed: Cast, clock: time_machine.Traveller
    ) -> None:
        edit(timed, timed.olivia, timed.adam, "admin", LAST_DAY)
        by = timed.adam.actor(timed.acme)
        clock.move_to(END)
        with pytest.raises(Exception, match="You are no longer a member of Acme"):
            invite_member(organization=timed.acme, email="new@example.com", role="member", by=by)

    def test_the_task_ends_it_as_a_removal_does(self, timed: Cast, clock: time_machine.Traveller) -> None:
        heard: list[str] = []

        def listen(membership: Membership, **_: object) -> None:
            heard.append(membership.user.email)

        invite_member(
            organization=timed.acme, email="new@example.com", role="member", by=timed.olivia.actor(timed.acme)
        )
        timed.acme.invitations.update(invited_by=timed.mia.user)
        pk = timed.mia.membership(timed.acme).pk
        clock.move_to(END + timedelta(minutes=1))
        signals.membership_ended.connect(listen)
        try:
            task()
        finally:
            signals.membership_ended.disconnect(listen)
        assert heard == [MIA]
        assert not timed.acme.memberships.filter(user=timed.mia.user).exists()
        assert timed.acme.invitations.get().state == "revoked"
        event = Event.objects.get(action="membership.ended")
        assert (event.actor_kind, event.organization_id, event.target_id) == ("system", timed.acme.pk, pk)
        assert event.before == {"user": str(timed.mia.user.pk), "role": "member"}
        mail = mails_to(MIA)[-1]
        assert mail.subject == "Your membership in Acme has ended"
        assert "The time of your membership in Acme is over." in mail.text

    def test_it_comes_once(self, timed: Cast, clock: time_machine.Traveller) -> None:
        clock.move_to(END + timedelta(days=1))
        assert (end_timed_memberships(), end_timed_memberships()) == (1, 0)
        assert [mail.kind for mail in mails_to(MIA)] == ["membership-ending", "membership-ended"]

    def test_one_that_was_given_a_later_end_stays(self, timed: Cast, clock: time_machine.Traveller) -> None:
        edit(timed, timed.adam, timed.mia, "member", "2027-04-30")
        clock.move_to(END + timedelta(days=1))
        assert end_timed_memberships() == 0
        assert timed.mia.client.get("/o/acme/").status_code == 200

    def test_a_worker_that_is_killed_has_told_whom_it_ended(
        self, timed: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edit(timed, timed.adam, timed.bella, "billing", LAST_DAY)
        clock.move_to(END + timedelta(days=1))

        def die(membership: Membership, **_: object) -> None:
            if membership.user_id == timed.bella.user.pk:
                raise KeyboardInterrupt

        signals.membership_ended.connect(die)
        try:
            with pytest.raises(KeyboardInterrupt):
                end_timed_memberships()
        finally:
            signals.membership_ended.disconnect(die)
        end_timed_memberships()
        for address in (MIA, "bella.billing@example.com"):
            assert [mail.kind for mail in mails_to(address)].count("membership-ended") == 1, address
        assert Event.objects.filter(action="membership.ended").count() == 2


class TestNotices:
    """A week and a day before, each once."""

    def test_a_week_and_a_day_before(self, timed: Cast, clock: time_machine.Traveller) -> None:
        told = []
        for hours in range(24 * 31):
            clock.move_to(datetime(2027, 3, 1, 12, tzinfo=UTC) + timedelta(hours=hours))
            if tell_of_ends():
                told.append(datetime.now(UTC))
        assert told == [datetime(2027, 3, 25, 0, tzinfo=UTC), datetime(2027, 3, 31, 0, tzinfo=UTC)]
        assert [mail.subject for mail in mails_to(MIA)] == ["Your membership in Acme ends on 31 March 2027"] * 3

    def test_the_notice_says_what_to_do(self, timed: Cast, clock: time_machine.Traveller) -> None:
        clock.move_to(END - timedelta(days=7))
        tell_of_ends()
        mail = mails_to(MIA)[-1]
        assert (
            "31 March 2027 is your last day in Acme. If you need it for longer, ask somebody there who may change the"
            " roles of members."
        ) in " ".join(mail.text.split())

    def test_after_a_pause_of_the_worker_the_last_one_alone_comes(
        self, timed: Cast, clock: time_machine.Traveller
    ) -> None:
        clock.move_to(END - timedelta(hours=2))
        assert (tell_of_ends(), tell_of_ends()) == (1, 0)

    def test_an_end_that_is_near_when_it_is_set_is_told_by_that_mail(
        self, clock: time_machine.Traveller, cast: Cast
    ) -> None:
        edit(cast, cast.adam, cast.mia, "member", "2027-03-04")
        assert tell_of_ends() == 0
        clock.move_to(datetime(2027, 3, 4, 1, tzinfo=UTC))
        assert tell_of_ends() == 1

    def test_after_the_end_no_notice_comes(self, timed: Cast, clock: time_machine.Traveller) -> None:
        clock.move_to(END + timedelta(minutes=1))
        assert tell_of_ends() == 0


class TestWhereItIsClosed:
    """Nobody is told of a place that nobody can open."""

    def test_no_notice_comes(self, timed: Cast, clock: time_machine.Traveller) -> None:
        close(timed.acme, timed.olivia)
        clock.move_to(END - timedelta(days=3))
        assert tell_of_ends() == 0
        assert [mail.kind for mail in mails_to(MIA)] == ["membership-ending"]

    def test_the_end_waits_until_it_is_open_again(self, timed: Cast, clock: time_machine.Traveller) -> None:
        clock.move_to(END - timedelta(days=10))
        close(timed.acme, timed.olivia)
        clock.move_to(END + timedelta(days=1))
        assert end_timed_memberships() == 0
        assert [mail.kind for mail in mails_to(MIA)] == ["membership-ending"]
        reopen_organization(organization=timed.acme, by=timed.olivia.actor(timed.acme))
        assert timed.mia.client.get("/o/acme/").status_code == 404
        assert end_timed_memberships() == 1
        assert [mail.kind for mail in mails_to(MIA)] == ["membership-ending", "membership-ended"]
