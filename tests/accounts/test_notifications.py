"""What awaits one: the bell, and the page behind it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import await_answer, close_account, delete_leftovers, settle
from accounts.models import MailChoice, Notification
from console.ids import uuid7
from console.registry import registry
from organizations.actions import leave_organization, request_to_join
from organizations.models import Organization
from tests.cast import Cast, Person
from tests.reading import body, links, main_words, posts

pytestmark = pytest.mark.django_db

PAGE = "/notifications/"
NAMES = {"person": "Rita Rival", "organization": "Rival"}


def bell(client: Client) -> str:
    """What the bell says, on a page that has nothing to do with it."""
    page = body(client.get("/profile/preferences/"))
    return (
        page.partition('class="button button-quiet button-icon bell"')[2].partition('aria-label="')[2].partition('"')[0]
    )


def offer(person: Person, *, expires_at: datetime | None = None, organization_id: UUID | None = None) -> UUID:
    """Something that awaits an answer of the person, from Rival."""
    target = uuid7()
    await_answer(
        [person.user],
        kind="transfer",
        target_id=target,
        address="/profile/organizations/",
        names=NAMES,
        expires_at=expires_at,
        organization_id=organization_id,
    )
    return target


def tell(person: Person, answer: str = "declined") -> Notification:
    """News for the person."""
    names = {"organization": "Rival", "answer": answer}
    target = uuid7()
    await_answer([person.user], kind="join_answer", target_id=target, address="/profile/organizations/", names=names)
    return Notification.objects.get(target_id=target)


class TestTheBell:
    def test_it_says_how_much_awaits_one(self, cast: Cast) -> None:
        assert bell(cast.sam.client) == "Notifications"
        offer(cast.sam)
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"
        offer(cast.sam)
        assert bell(cast.sam.client) == "Notifications: 2 await you"
        assert bell(cast.mia.client) == "Notifications"

    def test_beyond_nine_it_draws_nine_and_more(self, cast: Cast) -> None:
        for _ in range(9):
            offer(cast.sam)
        assert '<span class="bell-number" aria-hidden="true">9</span>' in body(cast.sam.client.get(PAGE))
        offer(cast.sam)
        assert '<span class="bell-number" aria-hidden="true">9+</span>' in body(cast.sam.client.get(PAGE))

    def test_it_counts_no_further_than_ninety_nine(self, cast: Cast) -> None:
        for _ in range(98):
            offer(cast.sam)
        assert bell(cast.sam.client) == "Notifications: 98 await you"
        for _ in range(4):
            offer(cast.sam)
        assert bell(cast.sam.client) == "Notifications: 99 await you"
        assert bell(cast.mia.client) == "Notifications"

    def test_the_same_thing_awaits_one_once(self, cast: Cast) -> None:
        target = offer(cast.sam)
        for person in ("Olivia Owner", "Adam Admin"):
            await_answer(
                [cast.sam.user, cast.sam.user],
                kind="transfer",
                target_id=target,
                address=PAGE,
                names={"person": person, "organization": "Acme"},
            )
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"
        assert "Adam Admin offers you the ownership of Acme." in main_words(cast.sam.client.get(PAGE))

    def test_what_was_settled_elsewhere_is_gone_and_can_come_again(self, cast: Cast) -> None:
        target = offer(cast.sam)
        await_answer([cast.mia.user], kind="transfer", target_id=target, address=PAGE, names=NAMES)
        settle("transfer", target, cast.mia.user)
        assert (bell(cast.mia.client), bell(cast.sam.client)) == ("Notifications", "Notifications: 1 awaits you")
        settle("transfer", target)
        assert bell(cast.sam.client) == "Notifications"
        assert Notification.objects.get(user=cast.sam.user).names == {}
        await_answer([cast.sam.user], kind="transfer", target_id=target, address=PAGE, names=NAMES)
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"

    def test_what_has_expired_by_the_clock_does_not_count(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
            offer(cast.sam, expires_at=timezone.now() + timedelta(hours=1))
            assert bell(cast.sam.client) == "Notifications: 1 awaits you"
            clock.shift(timedelta(hours=1))
            assert bell(cast.sam.client) == "Notifications"
            assert "Nothing awaits you" in main_words(cast.sam.client.get(PAGE))

    def test_an_organization_that_one_has_left_says_nothing_more(self, cast: Cast) -> None:
        offer(cast.mia, organization_id=cast.acme.pk)
        offer(cast.mia, organization_id=cast.rival.pk)
        offer(cast.theo, organization_id=cast.acme.pk)
        leave_organization(membership=cast.mia.membership(cast.acme), by=cast.mia.actor(cast.acme))
        assert (bell(cast.mia.client), bell(cast.theo.client)) == (
            "Notifications: 1 awaits you",
            "Notifications: 1 awaits you",
        )

    def test_it_costs_no_query(self, cast: Cast) -> None:
        """The number comes with the user of the session, whom every page loads."""

        def asked() -> list[str]:
            with CaptureQueriesContext(connection) as captured:
                cast.sam.client.get("/profile/security/")
            return [query["sql"] for query in captured if "accounts_notification" in query["sql"]]

        cast.sam.client.get("/profile/security/")
        (one,) = asked()
        assert '"accounts_user"."email"' in one
        for _ in range(100):
            offer(cast.sam)
        assert len(asked()) == 1

    def test_signed_out_there_is_none(self) -> None:
        assert "bell" not in body(Client().get("/help/"))


class TestThePage:
    def test_each_line_says_what_it_is_and_leads_to_the_page_that_settles_it(self, cast: Cast) -> None:
        offer(cast.sam)
        page = cast.sam.client.get(PAGE)
        assert "Rita Rival offers you the ownership of Rival. Transfer of ownership · just now" in main_words(page)
        assert 'aria-label="See offer: Rita Rival offers you the ownership of Rival."' in body(page)
        assert "/profile/organizations/" in links(page)

    def test_the_newest_comes_first(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
            tell(cast.sam)
            clock.shift(timedelta(minutes=1))
            offer(cast.sam)
        page = main_words(cast.sam.client.get(PAGE))
        assert page.index("offers you the ownership") < page.index("has declined your request to join")

    def test_news_are_read_by_going_to_what_they_are_about(self, cast: Cast) -> None:
        offer(cast.sam)
        news = tell(cast.sam, "approved")
        assert "You are now a member of Rival: your request was approved." in main_words(cast.sam.client.get(PAGE))
        answer = cast.sam.client.post(f"/notifications/{news.pk}/reading/")
        assert answer.headers["Location"] == "/profile/organizations/"
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"

    def test_all_news_are_read_at_once_and_what_asks_for_an_answer_stays(self, cast: Cast) -> None:
        offer(cast.sam)
        assert "/notifications/reading/" not in posts(cast.sam.client.get(PAGE))
        tell(cast.sam)
        tell(cast.sam)
        assert "/notifications/reading/" in posts(cast.sam.client.get(PAGE))
        assert cast.sam.client.post("/notifications/reading/").headers["Location"] == PAGE
        page = main_words(cast.sam.client.get(PAGE))
        assert ("offers you" in page, "declined" in page) == (True, False)

    def test_what_asks_for_an_answer_is_not_read_away(self, cast: Cast) -> None:
        offer(cast.sam)
        asked = Notification.objects.get(user=cast.sam.user)
        cast.sam.client.post(f"/notifications/{asked.pk}/reading/")
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"

    def test_nobody_reads_somebody_elses(self, cast: Cast) -> None:
        news = tell(cast.sam)
        assert cast.mia.client.post(f"/notifications/{news.pk}/reading/").status_code == 404
        assert "Rival" not in main_words(cast.mia.client.get(PAGE))
        cast.mia.client.post("/notifications/reading/")
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"

    def test_looking_changes_nothing(self, cast: Cast) -> None:
        news = tell(cast.sam)
        cast.sam.client.get(PAGE)
        assert cast.sam.client.get(f"/notifications/{news.pk}/reading/").status_code == 405
        assert bell(cast.sam.client) == "Notifications: 1 awaits you"

    def test_names_are_shown_as_they_were_typed(self, cast: Cast) -> None:
        names = {"person": "<b>Eve</b> %(organization)s {{ 7 * 7 }}", "organization": "<script>"}
        await_answer([cast.sam.user], kind="join_request", target_id=uuid7(), address=PAGE, names=names)
        page = body(cast.sam.client.get(PAGE))
        assert "&lt;b&gt;Eve&lt;/b&gt; %(organization)s {{ 7 * 7 }} asks to join &lt;script&gt;." in page

    def test_it_has_pages_and_takes_the_same_number_of_queries_for_each(self, cast: Cast) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert cast.sam.client.get(PAGE).status_code == 200
            return len(captured)

        cast.sam.client.get(PAGE)
        offer(cast.sam)
        with_one = queries()
        for _ in range(60):
            offer(cast.sam)
        assert queries() == with_one
        page = cast.sam.client.get(PAGE)
        assert main_words(page).count("offers you") == 50
        (following,) = [href for href in links(page) if "after=" in href]
        assert main_words(cast.sam.client.get(PAGE + following)).count("offers you") == 11

    def test_every_kind_has_a_sentence_in_the_language_of_its_reader(self, cast: Cast) -> None:
        named = {
            **NAMES,
            "answer": "approved",
            "project": "Website",
            "service": "Main",
            "level": "operate",
            "verb": "create",
            "domain": "example.com",
            "state": "lost",
            "certificate": "Shop",
            "engine": "Orders",
            "server": "Factory floor",
            "number": "12",
            "title": "Replication lags",
        }
        said = {key: kind.sentence(named) for key, kind in registry.notifications.items()}
        assert said == {
            "certificate_ending": "The certificate Shop of Rival ends soon.",
            "domain": "example.com is no longer proven for Rival: its record was missing for too long.",
            "entitlements_ending": "Support that Rival has bought ends soon, or has ended.",
            "engine_failing": "The storage engine Orders of Rival does not work.",
            "invitation": "Rita Rival invites you to join Rival.",
            "join_answer": "You are now a member of Rival: your request was approved.",
            "join_request": "Rita Rival asks to join Rival.",
            "low_funds": "The funds of Rival are low.",
            "past_due": "Rival has something to pay. Pay within the days of grace, and nothing changes.",
            "payment_failed": "A payment for Rival has failed.",
            "project_granted": "Rita Rival granted you the project Website of Rival: operate.",
            "server_silent": "Nothing is heard of the server Factory floor of Rival.",
            "service_failed": "Main in Website could not be created.",
            "service_replaced": "Rita Rival deletes Main in Website. What you asked for is not done any more.",
            "service_settled": "Main in Website is running.",
            "stream_failing": "The audit log of Rival does not arrive at its receiver.",
            "ticket_answered": "Your ticket #12 “Replication lags” has an answer.",
            "transfer": "Rita Rival offers you the ownership of Rival.",
        }
        without = registry.notifications["invitation"].sentence({"person": "", "organization": "Rival"})
        assert without == "You are invited to join Rival."


class TestItsEnd:
    def test_settled_ones_are_kept_for_ninety_days_and_expired_ones_for_one(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False) as clock:
            settle("transfer", offer(cast.sam))
            offer(cast.sam, expires_at=timezone.now() + timedelta(days=7))
            kept = offer(cast.sam)
            clock.shift(timedelta(days=8))
            assert delete_leftovers() == 1
            clock.shift(timedelta(days=82))
            assert delete_leftovers() == 1
            assert [n.target_id for n in Notification.objects.all()] == [kept]

    def test_they_go_with_the_account(self, cast: Cast) -> None:
        offer(cast.sam)
        MailChoice.objects.create(user=cast.sam.user, kind="memberships")
        cast.sam.user.delete()
        assert (Notification.objects.count(), MailChoice.objects.count()) == (0, 0)

    def test_nobody_reads_the_name_of_who_has_deleted_their_account(self, cast: Cast) -> None:
        Organization.objects.filter(pk=cast.acme.pk).update(discoverability="public")
        request_to_join(organization=cast.acme, note="", by=cast.sam.actor())
        assert "Sam Stranger asks to join Acme." in main_words(cast.adam.client.get(PAGE))
        close_account(user=cast.sam.user, by=cast.sam.actor())
        assert bell(cast.adam.client) == "Notifications"
        assert not any("Sam" in str(names) for names in Notification.objects.values_list("names", flat=True))

    def test_an_unknown_kind_is_a_mistake_of_ours(self, cast: Cast) -> None:
        with pytest.raises(KeyError):
            await_answer([cast.sam.user], kind="made-up", target_id=uuid7(), address=PAGE, names={})
