"""The ledger and what ran, as lists and files: found, filtered, in pages, and nobody else's."""

import csv
import json
from base64 import b64encode
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.http.response import HttpResponseBase
from django.utils import timezone

from billing.actions.ledger import book
from billing.models import Entry, Promotion, Reason
from console.ids import uuid7
from organizations.models import Membership
from projects.models.project import Visibility
from tests.billing.making import account_of, fund, make_charge, make_invoice, make_usage
from tests.cast import Cast
from tests.projects.making import make_project, make_service
from tests.reading import body, follow_all, links, main_words

pytestmark = pytest.mark.django_db

FUNDS = "/o/acme/billing/funds/"
USAGE = "/o/acme/billing/usage/"

# What is asked for, and the numbers of what is found.
FUNDS_FOUND = {
    "q=sorry": [4],
    "q=50%25 of": [4],
    "q=team": [2],
    "q=4242": [1],
    "q=promo": [5],
    "q=42,00": [3],
    "q=-42": [3],
    "q=20": [2],
    "q=3": [3],
    "q=999999999999999999999": [],
    "q=nothing": [],
    "q=%00": [5, 4, 3, 2, 1],
    "reason=usage": [3],
    "reason=none-such": [5, 4, 3, 2, 1],
    "from=2027-03-05": [5, 4, 3],
    "to=2027-03-02": [2, 1],
    "from=2027-03-02&to=2027-03-05&q=credit": [4],
    "from=yesterday&to=2027-02-31": [5, 4, 3, 2, 1],
    "from=9999-12-31": [],
    "sort=at": [1, 2, 3, 4, 5],
    "sort=amount&after=made-up": [5, 4, 3, 2, 1],
}
USAGE_FOUND = {
    "": ["Web", "Cache", "Archive"],
    "q=cac": ["Cache"],
    "q=websi": ["Web", "Cache"],
    "q=none": [],
    "sort=name": ["Archive", "Cache", "Web"],
    "sort=-hours": ["Archive", "Web", "Cache"],
    "sort=project": ["Archive", "Cache", "Web"],
    "month=2020-01": [],
    "month=2020-13": ["Web", "Cache", "Archive"],
    "month=%00": ["Web", "Cache", "Archive"],
    "project=made-up": ["Web", "Cache", "Archive"],
}
# A cell of the list with the number of an entry.
NUMBER = '<td class="number wide muted">'


def table(response: HttpResponseBase) -> list[list[str]]:
    """A file's lines."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined] # it is streamed
    return list(csv.reader(StringIO(text)))


@pytest.fixture
def ledger(cast: Cast) -> list[Entry]:
    """In March 2027: a payment, a plan, what ran, credit by staff, and promotional credit."""
    written = []
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC), tick=False):
        written.append(fund(cast.acme, 5000))
    with time_machine.travel(datetime(2027, 3, 2, 23, 30, tzinfo=UTC), tick=False):
        plan = make_charge(cast.acme, 2000)
        written.append(book(account_of(cast.acme), Reason.SUBSCRIPTION, -2000, key="period", charge=plan))
    with time_machine.travel(datetime(2027, 3, 5, 9, tzinfo=UTC), tick=False):
        usage = make_charge(cast.acme, 4200, kind="usage", plan_name="", interval="")
        written.append(book(account_of(cast.acme), Reason.USAGE, -4200, key="usage", charge=usage))
        written.append(book(account_of(cast.acme), Reason.CREDIT, 777, key="credit", note="Sorry for 50% of <June>"))
    with time_machine.travel(datetime(2027, 3, 9, 9, tzinfo=UTC), tick=False):
        given = Promotion.objects.create(
            account=account_of(cast.acme), amount=900, left=900, ends_at=datetime(2027, 6, 30, tzinfo=UTC), note="Fair"
        )
        written.append(book(account_of(cast.acme), Reason.PROMOTION, 900, key="promotion", promotion=given))
    fund(cast.rival, 999_900)
    return written


class TestFunds:
    def test_each_entry_says_what_it_is_for_and_what_there_was_after_it(self, cast: Cast, ledger: list[Entry]) -> None:
        page = cast.bella.client.get(FUNDS)
        said = main_words(page)
        assert "There is now €4.77" in said
        entries = said.partition("Funds after it ")[2]
        for expected in (
            "5 Promotional credit until 30 June 2027 Fair 9 March 2027",
            "4 Credit by our staff Sorry for 50% of <June> 5 March 2027",
            "3 Usage March 2027 5 March 2027",
            "2 Subscription Team, monthly: 2 March 2027 to 1 April 2027 2 March 2027",
            "1 Payment Visa •••• 4242 1 March 2027",
        ):
            assert expected in entries
        assert "+€50.00 €50.00" in entries
        assert "-€42.00 -€12.00" in entries
        assert [f"/{ledger[0].payment_id}/" in href for href in links(page)].count(True) == 1
        assert f"{USAGE}?month=2027-03" in links(page)
        assert "9,999" not in said

    def test_it_is_searched_and_filtered(self, cast: Cast, ledger: list[Entry]) -> None:
        found = {}
        for query in FUNDS_FOUND:
            page = body(cast.olivia.client.get(f"{FUNDS}?{query}"))
            found[query] = [int(part.split("<")[0]) for part in page.split(NUMBER)[1:]]
            assert ("No entry matches." in page) == (found[query] == [])
        assert found == FUNDS_FOUND

    def test_days_are_those_of_the_reader(self, cast: Cast, ledger: list[Entry]) -> None:
        cast.olivia.user.time_zone = "Asia/Tokyo"
        cast.olivia.user.save()
        page = body(cast.olivia.client.get(f"{FUNDS}?to=2027-03-02"))
        assert page.count(NUMBER) == 1

    def test_a_charge_on_an_invoice_leads_to_it(self, cast: Cast, ledger: list[Entry]) -> None:
        invoice = make_invoice(cast.acme)
        charge = ledger[1].charge
        assert charge is not None
        charge.invoice = invoice
        charge.save()
        page = cast.olivia.client.get(f"{FUNDS}?q={invoice.number}")
        assert f"/o/acme/billing/invoices/{invoice.number}/" in links(page)
        assert body(page).count(NUMBER) == 1

    def test_it_goes_by_pages_without_losing_an_entry(self, cast: Cast) -> None:
        account = account_of(cast.acme)
        for number in range(120):
            book(account, Reason.CREDIT, 100 + number, key=f"{number}", note="Thanks")
        seen = [
            int(part.split("<")[0])
            for _path, page in follow_all(cast.olivia.client, "next", FUNDS)
            for part in body(page).split(NUMBER)[1:]
        ]
        assert seen == list(range(120, 0, -1))

    def test_the_file_has_what_the_filters_find(self, cast: Cast, ledger: list[Entry]) -> None:
        header, *lines = table(cast.olivia.client.get(f"{FUNDS}export/?to=2027-03-05"))
        assert header[:8] == ["Number", "Time", "Reason", "What for", "Note", "Amount", "Funds after it", "Currency"]
        assert [line[:3] + line[4:8] for line in lines] == [
            [
                "4",
                "2027-03-05T09:00:00+00:00",
                "credit by our staff",
                "Sorry for 50% of <June>",
                "7.77",
                "-4.23",
                "EUR",
            ],
            ["3", "2027-03-05T09:00:00+00:00", "usage", "", "-42.00", "-12.00", "EUR"],
            ["2", "2027-03-02T23:30:00+00:00", "subscription", "", "-20.00", "30.00", "EUR"],
            ["1", "2027-03-01T09:00:00+00:00", "payment", "", "50.00", "50.00", "EUR"],
        ]

    def test_who_loses_the_right_while_it_is_sent_gets_no_more(self, cast: Cast, ledger: list[Entry]) -> None:
        sent = cast.bella.client.get(f"{FUNDS}export/")
        Membership.objects.filter(user=cast.bella.user, organization=cast.acme).update(role="member")
        assert table(sent)[1:] == []

    def test_an_account_without_entries_says_what_they_are_for(self, cast: Cast) -> None:
        page = cast.olivia.client.get(FUNDS)
        assert "No funds yet Each payment that you make is added here" in main_words(page)
        assert table(cast.olivia.client.get(f"{FUNDS}export/"))[1:] == []

    def test_a_script_gets_the_list_alone(self, cast: Cast, ledger: list[Entry]) -> None:
        part = cast.olivia.client.get(f"{FUNDS}?q=sorry", headers={"HX-Request": "true", "HX-Target": "funds"})
        assert body(part).startswith('<div id="funds"')
        assert "1 entry" in body(part)


class TestUsage:
    def test_each_service_has_its_hours_and_what_they_come_to(self, cast: Cast) -> None:
        service = make_service(make_project(cast.acme, "shop"))
        make_usage(cast.acme, hours=300, price="0.0425", running=service)
        make_usage(cast.acme, hours=7, price="0.0001", service="Cache", project="Gone")
        make_usage(cast.rival, hours=1, price="5", service="Secret")
        page = cast.olivia.client.get(USAGE)
        said = main_words(page)
        assert "Main database PostgreSQL, Small, Shop Shop 300 €0.0425 €12.75" in said
        assert "Cache PostgreSQL, Small, Gone Gone 7 €0.0001 €0.0007" in said
        assert "all together: €12.75" in said
        assert "Secret" not in said
        # What is gone is named, and leads nowhere.
        assert [href for href in links(page) if "/services/" in href] == [
            f"/o/acme/projects/shop/services/{service.pk}/"
        ]

    def test_restricted_projects_are_named_and_only_their_people_are_led_there(self, cast: Cast) -> None:
        """ADR 29: a bill is read by whoever pays it."""
        service = make_service(make_project(cast.acme, "payroll", visibility=Visibility.RESTRICTED))
        make_usage(cast.acme, running=service)
        for person, leads in ((cast.bella, False), (cast.olivia, True)):
            page = person.client.get(USAGE)
            assert "Payroll" in main_words(page)
            assert any("/services/" in href for href in links(page)) == leads

    def test_it_is_searched_and_sorted(self, cast: Cast) -> None:
        self.run_three(cast)
        found = {}
        for query in USAGE_FOUND:
            page = body(cast.olivia.client.get(f"{USAGE}?{query}")).partition("<tbody")[2]
            found[query] = [part.split("<")[0].strip() for part in page.split('<th scope="row">')[1:]]
        assert found == USAGE_FOUND

    def test_it_goes_by_pages_in_every_order(self, cast: Cast) -> None:
        for number in range(60):
            make_usage(cast.acme, hours=number % 7, price="0.1", service=f"Service {number:02}")
        for sort in ("amount", "-amount", "hours", "project"):
            seen = [
                part.split("<")[0].strip()
                for _path, page in follow_all(cast.olivia.client, "next", f"{USAGE}?sort={sort}")
                for part in body(page).partition("<tbody")[2].split('<th scope="row">')[1:]
            ]
            assert sorted(seen) == [f"Service {number:02}" for number in range(60)]
            amounts = [int(name.removeprefix("Service ")) % 7 for name in seen]
            assert sort == "project" or amounts == sorted(amounts, reverse=sort.startswith("-"))

    def test_a_made_up_place_in_the_list_is_its_beginning(self, cast: Cast) -> None:
        self.run_three(cast)
        for value in ("NaN", "Infinity", "1e999999", "-1", "abc", "9" * 400, "1.00001", ""):
            key = b64encode(json.dumps([value, uuid7().hex]).encode()).decode()
            for sort in ("amount", "hours"):
                page = cast.olivia.client.get(USAGE, {"sort": sort, "after": key})
                assert "Archive" in main_words(page)
                assert cast.olivia.client.get(FUNDS, {"after": key}).status_code == 200

    def test_a_project_is_chosen_and_its_sum_shown(self, cast: Cast) -> None:
        project = self.run_three(cast)
        said = main_words(cast.olivia.client.get(f"{USAGE}?project={project}"))
        assert "what is found: €3.00" in said
        assert "Archive" not in said.partition("what is found")[2]

    def test_the_file_has_them_all(self, cast: Cast) -> None:
        self.run_three(cast)
        header, *lines = table(cast.olivia.client.get(f"{USAGE}export/"))
        month = f"{timezone.now():%Y-%m}"
        assert header[:9] == [
            "Month", "Service", "Kind", "Size", "Project", "Hours", "Price for an hour", "Amount", "Currency",
        ]  # fmt: skip
        assert [line[:9] for line in lines] == [
            [month, "Archive", "PostgreSQL", "Small", "Store", "90", "0.0010", "0.0900", "EUR"],
            [month, "Cache", "PostgreSQL", "Small", "Website", "2", "0.5000", "1.0000", "EUR"],
            [month, "Web", "PostgreSQL", "Small", "Website", "4", "0.5000", "2.0000", "EUR"],
        ]

    def test_an_earlier_month_can_be_chosen(self, cast: Cast) -> None:
        make_charge(cast.acme, 0, kind="usage", month=date(2026, 2, 1), plan_name="", interval="")
        page = main_words(cast.olivia.client.get(f"{USAGE}?month=2026-02"))
        assert "Nothing ran in February 2026" in page

    def run_three(self, cast: Cast) -> str:
        """Two services of one project, and one of another; the id of the first."""
        make_usage(cast.acme, hours=90, price="0.001", service="Archive", project="Store")
        make_usage(cast.acme, hours=2, price="0.5", service="Cache")
        return str(make_usage(cast.acme, hours=4, price="0.5", service="Web").project_id)
