"""The pages of the plan: what one has, what there is, what a change costs, and that it is what is charged."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.models import Account, Charge, Plan, Subscription
from organizations.models import CustomRole, Details
from organizations.roles import Permission
from tests.billing.making import account_of, fund, make_plan
from tests.cast import Cast
from tests.reading import body, links, main_words, posts, words

PLAN = "/o/acme/billing/plan/"
TEAM = "/o/acme/billing/plan/change/?plan=team&interval=month"


def fields(page: str) -> dict[str, str]:
    """What the form of the change would send."""
    return dict(re.findall(r'<input type="hidden" name="(seen\w*)" value="(\d+)">', page))


def press(client: Client, address: str) -> str:
    """See what a change costs, press its button, and read the page that one is led to."""
    seen = client.get(address)
    response = client.post(address, fields(body(seen)), follow=True)
    assert response.status_code == 200
    return words(response)


def test_without_plans_it_says_that_everything_is_free(cast: Cast) -> None:
    page = cast.olivia.client.get(PLAN)
    assert "It costs nothing. Everything is included." in main_words(page)
    assert "There are no other plans" in main_words(page)


def test_plans_are_shown_with_their_prices_and_what_they_allow(cast: Cast) -> None:
    make_plan(monthly=2000, yearly=20_000, trial_days=14, projects=5, audit_days=1, features="Support by mail\n\n<b>")
    make_plan("withdrawn", is_offered=False)
    make_plan("yearly-only", monthly=None, yearly=120_000)
    page = cast.bella.client.get(PLAN)
    said = main_words(page)
    assert "€20.00 a month" in said
    assert "5 projects" in said
    assert "Audit log kept for 1 day" in said
    assert "Support by mail" in said
    assert "&lt;b&gt;" in body(page)
    assert "€1,200.00 a year · €100.00 a month" in said
    assert "Withdrawn" not in said
    assert "Try for 14 days" in said
    assert TEAM in links(page)
    assert "€200.00 a year · €16.67 a month" in main_words(cast.bella.client.get(f"{PLAN}?interval=year"))
    for wanted in ("week", "%00", "year&interval=month"):
        assert cast.bella.client.get(f"{PLAN}?interval={wanted}").status_code == 200


def test_who_may_only_look_finds_no_buttons(cast: Cast) -> None:
    make_plan(monthly=2000)
    fund(cast.acme, 5000)
    press(cast.olivia.client, TEAM)
    held = {Permission.VIEW_ORGANIZATION, Permission.VIEW_BILLING}
    role = CustomRole.objects.create(organization=cast.acme, name="Auditor", permissions=held)
    cast.acme.memberships.filter(user=cast.mia.user).update(role="custom", custom_role=role)
    page = cast.mia.client.get(PLAN)
    assert "It is paid for until" in main_words(page)
    assert not [href for href in [*links(page), *posts(page)] if href.startswith(f"{PLAN}c") or "resumption" in href]
    assert cast.mia.client.get(TEAM).status_code == 403
    assert cast.theo.client.get(PLAN).status_code == 403


@time_machine.travel("2026-04-01T00:00Z", tick=False)
def test_a_change_says_line_by_line_what_it_costs_and_charges_that(cast: Cast, settings: object) -> None:
    settings.SELLER_COUNTRY, settings.SELLER_VAT_NUMBER = "DE", "DE123456789"  # type: ignore[attr-defined]
    Details.objects.create(organization=cast.acme, country="DE", company="Acme")
    make_plan(monthly=2000, projects=0)
    make_plan("business", monthly=6000, projects=9)
    fund(cast.acme, 10_000)
    assert "Choose plan for €23.80" in main_words(cast.olivia.client.get(TEAM))
    assert "Your plan is Team now." in press(cast.olivia.client, TEAM)
    with time_machine.travel("2026-04-21T00:00Z", tick=False):
        client = Client()
        client.force_login(cast.olivia.user)
        business = TEAM.replace("team", "business")
        said = main_words(client.get(business))
        for line in (
            "Business for 10 of 30 days €20.00",
            "Unused: 10 of 30 days of Team -€6.67",
            "VAT, 19 % €2.53",
            "Taken from the funds now €15.86",
            "After that it costs €71.40 a month, until you cancel it. VAT is included.",
            "Change to Business, monthly",
            "The funds are €76.20.",
            "Projects 0 9 0",
        ):
            assert line in said
        assert "Your plan is Business now." in press(client, business)
        assert account_of(cast.acme).balance == 7620 - 1586


def test_a_rate_of_vat_that_ends_in_zero_is_said_as_people_write_it(cast: Cast, settings: object) -> None:
    settings.SELLER_COUNTRY, settings.SELLER_VAT_NUMBER = "FR", "FR11123456782"  # type: ignore[attr-defined]
    Details.objects.create(organization=cast.acme, country="FR", company="Acme")
    make_plan(monthly=2000)
    assert "VAT, 20 % €4.00" in main_words(cast.olivia.client.get(TEAM))


def test_where_the_funds_do_not_cover_it_the_page_leads_to_a_payment_and_back(cast: Cast) -> None:
    make_plan(monthly=2000)
    fund(cast.acme, 500)
    page = cast.olivia.client.get(TEAM)
    assert "€15.00 is missing" in main_words(page)
    assert not fields(body(page))
    way = next(href for href in links(page) if "payments/new/" in href)
    assert parse_qs(urlsplit(way).query) == {"amount": ["15.00"], "next": [TEAM]}
    # From a tab of before.
    page = cast.olivia.client.post(TEAM, {"seen": 2000, "seen_price": 2000})
    assert "€15.00 is missing" in main_words(page)
    assert Charge.objects.count() == 0


def test_what_has_changed_since_one_looked_is_shown_again(cast: Cast) -> None:
    plan = make_plan(monthly=2000)
    fund(cast.acme, 9000)
    seen = fields(body(cast.olivia.client.get(TEAM)))
    Plan.objects.update(monthly=3000)
    page = cast.olivia.client.post(TEAM, seen)
    assert "What it costs has changed since you looked: €30.00 are taken now." in main_words(page)
    assert fields(body(page)) == {"seen": "3000", "seen_price": "3000"}
    for odd in ({}, {"seen": "-1"}, {"seen": "x", "seen_price": "3000"}, {"seen": "9" * 40, "seen_price": "3000"}):
        assert "Choose plan for €30.00" in main_words(cast.olivia.client.post(TEAM, odd))
    Plan.objects.update(is_offered=False)
    page = cast.olivia.client.post(TEAM, {"seen": 3000, "seen_price": 3000}, follow=True)
    assert "Team is not offered any more. Choose another plan." in body(page)
    assert (Subscription.objects.count(), account_of(cast.acme).balance) == (0, 9000)
    for made_up in ("plan=nothing&interval=month", f"plan={plan.key}&interval=week", "", "plan=%00&interval=month"):
        assert cast.olivia.client.get(f"/o/acme/billing/plan/change/?{made_up}").status_code == 404


def test_cancelling_asks_first_says_until_when_it_works_and_can_be_undone(cast: Cast) -> None:
    make_plan(monthly=2000)
    fund(cast.acme, 9000)
    press(cast.olivia.client, TEAM)
    cancellation, resumption = f"{PLAN}cancellation/", f"{PLAN}resumption/"
    asked = main_words(cast.olivia.client.get(cancellation))
    assert "You have paid for Team until" in asked
    assert "Then your plan is Free. Nothing is deleted" in asked
    page = cast.olivia.client.post(cancellation, follow=True)
    assert "Then your plan is Free, and nothing is charged." in main_words(page)
    assert resumption in posts(page)
    page = cast.olivia.client.post(resumption, follow=True)
    assert "€20.00 is charged for the next month." in main_words(page)
    assert "Your plan was not going to end or to change." in body(cast.olivia.client.post(resumption, follow=True))
    for person in (cast.theo, cast.mia):
        assert person.client.post(cancellation).status_code == 403
    assert cast.rita.client.post(cancellation).status_code == 404


def test_a_trial_says_how_many_days_are_left(cast: Cast) -> None:
    make_plan(monthly=2000, trial_days=14)
    assert "Start trial" in main_words(cast.olivia.client.get(TEAM))
    assert "Your trial of Team has begun." in press(cast.olivia.client, TEAM)
    with time_machine.travel(timezone.now() + timedelta(days=12, hours=1), tick=False):
        client = Client()
        client.force_login(cast.olivia.user)
        said = main_words(client.get(PLAN))
    assert "2 days of the trial are left." in said
    assert "€20.00 is charged, if the funds cover that; else it ends." in said


def test_a_personal_account_has_a_plan_of_its_own(cast: Cast) -> None:
    make_plan(monthly=2000)
    personal = cast.mia.user.personal_account
    fund(personal, 2000)
    press(cast.mia.client, TEAM.replace("acme", "personal"))
    assert Account.objects.of(personal).balance == 0
    assert "It is paid for until" in main_words(cast.mia.client.get(PLAN.replace("acme", "personal")))


def test_the_page_takes_few_queries_however_many_plans_there_are(cast: Cast) -> None:
    make_plan(monthly=2000, projects=3)
    fund(cast.acme, 5000)
    press(cast.olivia.client, TEAM)
    counts = []
    for number in (1, 30):
        Plan.objects.bulk_create(
            Plan(key=f"plan-{number}-{each}", name=f"Plan {each}", monthly=each) for each in range(number)
        )
        cast.olivia.client.get(PLAN)
        with CaptureQueriesContext(connection) as queries:
            cast.olivia.client.get(PLAN)
        counts.append(len(queries))
    assert counts[0] == counts[1]
