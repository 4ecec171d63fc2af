"""Entitlements: what was bought, what staff write down of it, and the warnings before it ends (text 003)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from accounts.models import MailChoice, Notification
from audit.models import Event
from support.models import Entitlement, SupportLevel
from support.tasks import warn_of_entitlements
from tests.api.keying import program_of
from tests.cast import Cast, Person, make_person
from tests.reading import mails_to, main_words, words
from tests.support.making import make_entitlement, make_level, make_ticket

pytestmark = pytest.mark.django_db

LIST = "/o/acme/support/entitlements/"
TODAY = datetime(2027, 3, 1, 12, tzinfo=UTC)


def ends_in(cast: Cast, days: int, **columns: Any) -> Entitlement:
    """An entitlement of Acme that was bought long before, and ends so many days after today."""
    day = datetime.now(UTC).date()
    begun = {"starts_on": day - timedelta(days=400), "ends_on": day + timedelta(days=days)}
    return make_entitlement(cast.acme, **{**begun, **columns})


@pytest.fixture
def stella(db: None) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def test_the_list_says_how_each_stands(cast: Cast) -> None:
    ends_in(cast, 300, number="E-300", name="Databases")
    ends_in(cast, 12, number="E-12", name="Storage", tier="Advanced")
    ends_in(cast, 0, number="E-0", name="Clusters")
    ends_in(cast, -1, number="E-1", name="Former")
    coming = date.today() + timedelta(days=3)  # noqa: DTZ011 -- days alone count
    make_entitlement(cast.acme, number="E-3", name="Coming", starts_on=coming, ends_on=coming)
    make_entitlement(cast.rival, number="E-9", name="Theirs")
    client = cast.adam.client
    page = main_words(client.get(LIST))
    for name, said in {
        "Databases Premium": "In force", "Storage Advanced": "Ends in 12 days", "Clusters Premium": "Ends today",
        "Former Premium": "Ended", "Coming Premium": "Begins in 3 days",
    }.items():  # fmt: skip
        assert f"{name} {said}" in page
    assert "Theirs" not in page
    # What ends last comes first, and the other way round.
    assert page.index("Databases") < page.index("Storage") < page.index("Former")
    turned = main_words(client.get(f"{LIST}?sort=end"))
    assert turned.index("Former") < turned.index("Databases")
    for query, found in {"state=ended": "Former", "state=upcoming": "Coming", "q=advanced": "Storage"}.items():
        narrowed = main_words(client.get(f"{LIST}?{query}"))
        assert found in narrowed
        assert "Databases" not in narrowed
    assert "No entitlement matches." in main_words(client.get(f"{LIST}?q=%00nothing&after=made-up"))


def test_a_page_says_what_it_promises_and_what_was_asked_under_it(cast: Cast) -> None:
    level = make_level(urgent_within=timedelta(minutes=30), high_within=timedelta(hours=36))
    bought = make_entitlement(cast.acme, level=level, families=["databases", "storage"])
    make_ticket(cast.acme, cast.mia.user, entitlement=bought)
    page = main_words(cast.adam.client.get(f"{LIST}{bought.pk}/"))
    for said in ("4 nodes", "databases, storage", "Urgent within 30 minutes", "High within 36 hours", "#1 It does not"):
        assert said in page


def test_the_file_has_the_same_and_no_formula(cast: Cast) -> None:
    """Attack 33."""
    ends_in(cast, 5, number="=cmd()", name="+SUM(A1)")
    ends_in(cast, -5, number="E-2")
    answer = cast.adam.client.get(f"{LIST}export/?state=in_force")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "Number,Name,Tier,Units,Unit,Level,From,Until,Product families,State"
    assert lines[1].startswith("'=cmd(),'+SUM(A1),Premium,4,nodes,Premium,")
    assert len(lines) == 2


def test_who_sees_no_customer_data_sees_none_of_it(cast: Cast) -> None:
    bought = make_entitlement(cast.acme)
    overview = main_words(cast.mia.client.get("/o/acme/support/"))
    assert bought.name not in overview
    assert bought.number not in overview
    assert "within 4 hours" in overview
    for path in ("", f"{bought.pk}/", "export/"):
        assert cast.mia.client.get(LIST + path).status_code == 403
    assert program_of(cast.mia, cast.acme).get("/entitlements").status_code == 403


def test_programs_read_them(cast: Cast) -> None:
    bought, _ended = ends_in(cast, 5), ends_in(cast, -5)
    program = program_of(cast.adam, cast.acme)
    (listed,) = program.get("/entitlements?state=in_force").json()["items"]
    assert (listed["number"], listed["level"]["urgent"], listed["state"]) == (bought.number, 240, "in_force")
    assert program.get(f"/entitlements/{bought.pk}").json() == listed
    assert len(program.get("/entitlements").json()["items"]) == 2


# What staff do


def typed(cast: Cast, level: SupportLevel, **changed: str) -> dict[str, str]:
    """The form of the admin."""
    form = {
        "organization": str(cast.acme.pk), "number": "E-77", "name": "Databases", "tier": "Premium", "units": "3",
        "unit": "nodes", "level": str(level.pk), "starts_on": "2027-01-01", "ends_on": "2027-12-31",
        "families": "databases\r\n\r\nstorage\r\ndatabases",
    }  # fmt: skip
    return {**form, **changed}


def test_staff_write_down_what_was_bought(cast: Cast, stella: Person) -> None:
    level, add = make_level(), "/admin/support/entitlement/add/"
    assert "It ends before it begins." in words(stella.client.post(add, typed(cast, level, ends_on="2026-12-31")))
    assert stella.client.post(add, typed(cast, level)).status_code == 302
    bought = Entitlement.objects.get()
    assert (bought.number, bought.families, bought.organization) == ("E-77", ["databases", "storage"], cast.acme)
    assert "already exists" in words(stella.client.post(add, typed(cast, level)))
    Entitlement.objects.update(warned_days=7)
    change = f"/admin/support/entitlement/{bought.pk}/change/"
    # Whose it is stays: the field is not asked for any more.
    stella.client.post(change, typed(cast, level, organization=str(cast.rival.pk), ends_on="2028-12-31"))
    bought.refresh_from_db()
    assert (bought.organization, bought.ends_on, bought.warned_days) == (cast.acme, date(2028, 12, 31), None)
    (event,) = Event.objects.filter(action="entitlement.changed", organization_id=cast.acme.pk)
    assert (event.before, event.after) == ({"ends_on": "2027-12-31"}, {"ends_on": "2028-12-31"})
    ticket = make_ticket(cast.acme, cast.mia.user, entitlement=bought)
    stella.client.post("/admin/support/entitlement/", {"action": "remove", "_selected_action": str(bought.pk)})
    ticket.refresh_from_db()
    assert (Entitlement.objects.count(), ticket.entitlement) == (0, None)


# Warnings


def told(address: str) -> list[str]:
    """The subjects of the mails about ends."""
    return [mail.subject for mail in mails_to(address, "entitlements-ending")]


def test_people_are_told_at_sixty_thirty_and_seven_days_and_at_the_end(cast: Cast) -> None:
    with time_machine.travel(TODAY, tick=False) as clock:
        ends_in(cast, 61, number="E-61")
        days_told = []
        for day in range(75):
            before = len(told("adam.admin@example.com"))
            warn_of_entitlements()
            warn_of_entitlements()
            days_told += [61 - day] * (len(told("adam.admin@example.com")) - before)
            clock.shift(timedelta(days=1))
    assert days_told == [60, 30, 7, -1]
    assert told("adam.admin@example.com")[-1] == "An entitlement of Acme has ended"
    # Who sees no customer data hears nothing.
    assert told("mia.member@example.com") == told("theo.tech@example.com") == []
    assert {notice.user for notice in Notification.objects.filter(kind="entitlements_ending")} == {
        cast.olivia.user, cast.adam.user,
    }  # fmt: skip
    assert "Support that Acme has bought ends soon, or has ended." in main_words(
        cast.adam.client.get("/notifications/")
    )


def test_all_of_an_organization_stand_in_one_mail_and_only_the_nearest_step_counts(cast: Cast) -> None:
    ends_in(cast, 20, number="E-20", name="Databases")
    ends_in(cast, 3, number="E-3", name="Storage")
    ends_in(cast, -2, number="E-2", name="Clusters")
    # Long ago, far away, and not begun: nobody hears of these.
    ends_in(cast, -30, number="E-OLD")
    ends_in(cast, 61, number="E-FAR")
    ends_in(cast, 40, number="E-COMING", starts_on=date.today() + timedelta(days=1))  # noqa: DTZ011 -- days alone count
    warn_of_entitlements()
    (mail,) = mails_to("adam.admin@example.com", "entitlements-ending")
    assert mail.subject == "3 entitlements of Acme end soon"
    assert mail.text.index("Clusters Premium (E-2) ended on") < mail.text.index("Storage Premium (E-3) ends on")
    assert "Databases Premium (E-20) ends on" in mail.text
    assert all(number not in mail.text for number in ("E-OLD", "E-FAR", "E-COMING"))
    # One that was prolonged, by an import too, is told of again when its time comes.
    Entitlement.objects.filter(number="E-3").update(ends_on=date.today() + timedelta(days=25))  # noqa: DTZ011
    warn_of_entitlements()
    assert len(told("adam.admin@example.com")) == 2


def test_what_is_closed_hears_nothing_and_who_wants_no_mail_gets_none(cast: Cast) -> None:
    ends_in(cast, 3)
    make_entitlement(cast.rival, ends_on=datetime.now(UTC).date())
    type(cast.rival).objects.filter(pk=cast.rival.pk).update(status="closed", closed_at=datetime.now(UTC))
    MailChoice.objects.create(user=cast.adam.user, kind="entitlements")
    warn_of_entitlements()
    assert told("rita.rival@example.com") == told("adam.admin@example.com") == []
    assert told("olivia.owner@example.com") == ["An entitlement of Acme ends soon"]
