"""The overview of billing: what stands there for a person who opens it, against sums done by hand."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.actions.ledger import book
from billing.models import Plan, Promotion, Reason, Subscription
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import (
    account_of,
    fund,
    make_charge,
    make_invoice,
    make_payment,
    make_plan,
    make_usage,
)
from tests.cast import Cast
from tests.reading import body, links, main_words, words_at

pytestmark = pytest.mark.django_db

BILLING = "/o/acme/billing/"


def subscribe(organization: Organization, plan: Plan, ends_in: timedelta, **fields: object) -> Subscription:
    """A subscription whose period ends then."""
    ends = timezone.now() + ends_in
    return Subscription.objects.create(
        account=account_of(organization),
        plan=plan,
        **{
            "interval": "month",
            "anchor": ends - timedelta(days=30),
            "period_start": ends - timedelta(days=30),
            "period_end": ends,
            "price_told": plan.monthly or 0,
            **fields,
        },
    )


def facts(cast: Cast) -> str:
    """What stands beside the funds."""
    return words_at(cast.olivia.client.get(BILLING), "class", "standing-facts")


class TestNew:
    def test_it_says_that_nothing_is_to_be_paid(self, cast: Cast) -> None:
        page = cast.bella.client.get(BILLING)
        assert "Nothing to pay Your plan, Free, costs nothing." in main_words(page)
        assert f"{BILLING}plan/" in links(page)
        assert "svg class=chart" not in body(page).replace('"', "")

    def test_who_waits_for_a_payment_is_led_to_it(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
        page = cast.bella.client.get(BILLING)
        assert "No payment yet What you pay is added to your funds" in main_words(page)
        assert links(page).count(f"{BILLING}payments/new/") == 3

    def test_a_personal_account_has_its_own(self, cast: Cast) -> None:
        fund(cast.sam.user.personal_account, 1234)
        page = cast.sam.client.get("/o/personal/billing/")
        assert "Your own funds, your plan, and what runs." in main_words(page)
        assert words_at(page, "class", "standing-amount") == "€12.34"


class TestStanding:
    def test_funds_the_plan_and_the_next_charge(self, cast: Cast) -> None:
        with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
            fund(cast.acme, 123_456)
            subscribe(cast.acme, make_plan(), timedelta(days=14))
            page = cast.olivia.client.get(BILLING)
            assert words_at(page, "class", "standing-amount") == "€1,234.56"
            said = words_at(page, "class", "standing-facts")
        assert "Plan Team monthly" in said
        assert "Next charge €20.00 on 15 March 2027 Covered" in said
        assert "The funds last more than a year" in said
        assert "To be paid now" not in said

    def test_what_runs_and_the_plan_say_how_long_they_last(self, cast: Cast) -> None:
        fund(cast.acme, 10_000)
        subscribe(cast.acme, make_plan(), timedelta(days=14))
        charge = make_charge(cast.acme, 500, kind="usage", plan_name="", interval="")
        book(account_of(cast.acme), Reason.USAGE, -500, key="usage", charge=charge)
        # 95.00: 5.00 for each of 13 days, on the 14th 25.00, then 5.00: nothing is left after the 15th.
        assert "The funds last about 15 days" in facts(cast)

    def test_a_trial_is_paid_for_when_it_ends_not_a_month_after_it_began(self, cast: Cast) -> None:
        fund(cast.acme, 3000)
        subscribe(cast.acme, make_plan(), timedelta(days=4), state="trial", anchor=timezone.now() - timedelta(days=10))
        # 20.00 after four days, and what is left does not do a month later.
        assert "The funds last about 3" in facts(cast)

    def test_a_charge_that_they_do_not_cover_is_marked(self, cast: Cast) -> None:
        fund(cast.acme, 1999)
        subscribe(cast.acme, make_plan(), timedelta(days=14))
        assert "Not covered" in facts(cast)

    def test_a_plan_that_ends_is_charged_no_more(self, cast: Cast) -> None:
        fund(cast.acme, 5000)
        subscription = subscribe(cast.acme, make_plan(), timedelta(days=14), ends=True)
        day = timezone.localtime(subscription.period_end)
        said = facts(cast)
        assert f"Ends on {day.day} " in said
        assert "Next charge" not in said

    def test_what_is_owed_with_the_period_that_began_is_to_be_paid(self, cast: Cast) -> None:
        fund(cast.acme, 100)
        charge = make_charge(cast.acme, 1300, kind="usage", plan_name="", interval="")
        book(account_of(cast.acme), Reason.USAGE, -1300, key="usage", charge=charge)
        subscribe(cast.acme, make_plan(), timedelta(days=-2), state="past_due")
        account = account_of(cast.acme)
        account.past_due_since = timezone.now() - timedelta(days=2)
        account.save(update_fields=["past_due_since"])
        page = cast.olivia.client.get(BILLING)
        assert "You owe €12.00" in main_words(page)
        assert "To be paid now €32.00 With the period that began on" in main_words(page)
        assert "€32.00 must be paid. Until" in main_words(page)
        # Whoever cannot pay is not led there.
        assert links(page).count(f"{BILLING}payments/new/") == 2

    def test_promotional_credit_and_its_end(self, cast: Cast) -> None:
        fund(cast.acme, 1000)
        for number, (left, year) in enumerate([(300, 2090), (500, 2080)]):
            given = Promotion.objects.create(
                account=account_of(cast.acme), amount=left, left=left, ends_at=datetime(year, 1, 31, 12, tzinfo=UTC)
            )
            book(account_of(cast.acme), Reason.PROMOTION, left, key=f"promotion:{number}", promotion=given)
        page = main_words(cast.olivia.client.get(BILLING))
        assert "€18.00 €8.00 of it is promotional credit; €5.00 of that ends on 31 Jan. 2080." in page


class TestPictures:
    @pytest.fixture
    def page(self, cast: Cast) -> str:
        with time_machine.travel(datetime(2027, 3, 10, 12, tzinfo=UTC), tick=False):
            fund(cast.acme, 2000)
        with time_machine.travel(datetime(2027, 3, 20, 12, tzinfo=UTC), tick=False):
            make_usage(cast.acme, hours=100, price="0.3", project="<b>Shop</b>")
            charge = account_of(cast.acme).charges.get()
            charge.net = 3000
            charge.save()
            book(account_of(cast.acme), Reason.USAGE, -3000, key="usage", charge=charge)
            return body(cast.olivia.client.get(BILLING))

    def test_each_has_a_name_a_description_and_a_table(self, page: str) -> None:
        names = re.findall(r'<title id="[a-z-]+-name">([^<]+)</title>', page)
        said = re.findall(r'<desc id="[a-z-]+-description">([^<]+)</desc>', page)
        assert names == ["Funds over time", "Spent by month"]
        assert said == [
            "From €0.00 on 7 March 2027 to -€10.00 now; the least was -€10.00 on 20 March 2027.",
            "€30.00 in twelve months; the most, €30.00, in March 2027.",
        ]
        assert "<title>15 March 2027: €20.00</title>" in page
        assert "<title>March 2027: €30.00 (plan €0.00, usage €30.00)</title>" in page
        tables = re.findall(r"(?s)<tbody>(.*?)</tbody>", page)
        assert [re.findall(r">([^<>\s][^<>]*)<", table) for table in tables] == [
            ["20 March 2027", "-€10.00", "10 March 2027", "€20.00"],
            ["March 2027", "€0.00", "€30.00", "€30.00"],
        ]

    def test_what_is_owed_is_drawn_apart(self, page: str) -> None:
        assert page.count('class="chart-owed"') == 1

    def test_projects_are_named_and_nothing_is_taken_for_markup(self, page: str) -> None:
        assert '<span class="amount-name">&lt;b&gt;Shop&lt;/b&gt;</span>' in page
        assert '<span class="amount">€30.00</span>' in page

    def test_no_style_and_no_script_stand_in_the_page(self, page: str) -> None:
        assert " style=" not in page
        assert "<style" not in page


def test_last_entries_are_those_that_are_not_hourly(cast: Cast) -> None:
    fund(cast.acme, 5000)
    charge = make_charge(cast.acme, 300, kind="usage", plan_name="", interval="")
    book(account_of(cast.acme), Reason.USAGE, -300, key="usage", charge=charge)
    invoice = make_invoice(cast.acme)
    page = cast.olivia.client.get(BILLING)
    said = main_words(page)
    assert "Payment Visa •••• 4242 just now +€50.00" in said
    assert "-€3.00" not in said.partition("Last entries")[2]
    assert f"{BILLING}invoices/{invoice.number}/" in links(page)


def test_another_organizations_money_is_not_there(cast: Cast) -> None:
    fund(cast.rival, 77_700)
    make_payment(cast.rival, 100)
    make_invoice(cast.rival)
    assert "777" not in main_words(cast.olivia.client.get(BILLING))
    assert cast.olivia.client.get("/o/rival/billing/").status_code == 404


def test_without_the_sandbox_nothing_is_said_of_trying_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = "Test mode: no money moves"
    assert notice in main_words(cast.olivia.client.get(BILLING))
    monkeypatch.setattr("billing.gateways.sandbox.Sandbox.is_real", True)
    assert notice not in main_words(cast.olivia.client.get(BILLING))
