"""What the frame shows of money: side bar, settings, overview, check list, ways to pay and to more, the bell, staff."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification
from billing.actions.notifying import Notice, settle_notice, tell_payers
from billing.models import Subscription
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.letters import News
from organizations.models import Allowance, CustomRole, Membership, Organization
from organizations.roles import Permission
from outbox.letters import Link
from outbox.models import Mail
from projects.models.service import State
from tests.billing.making import account_of, fund, make_invoice, make_plan
from tests.cast import Cast, Person, make_person, make_team
from tests.projects.making import make_kind, make_project, make_service
from tests.reading import body, links, main_words, posts, words, words_at

pytestmark = pytest.mark.django_db

BILLING = "/o/acme/billing/"
PAY = f"{BILLING}payments/new/"


def card(person: Person, path: str = "/o/acme/") -> str:
    return words_at(person.client.get(path), "id", "billing")


class TestSideBar:
    def test_it_is_there_for_who_sees_what_is_billed(self, cast: Cast) -> None:
        for role, person in cast.roles.items():
            assert (BILLING in links(person.client.get("/o/acme/"))) == (role in {"owner", "admin", "billing"})
        assert "/o/personal/billing/" in links(cast.sam.client.get("/o/personal/"))

    def test_the_settings_lead_there(self, cast: Cast) -> None:
        """PRODUCT, *Addresses*: the hub, with members, projects and billing linked."""
        assert links(cast.bella.client.get("/o/acme/settings/")).count(BILLING) == 2

    def test_its_pages_lead_to_each_other(self, cast: Cast) -> None:
        pages = ("", "plan/", "funds/", "payments/", "methods/", "usage/", "invoices/", "details/")
        for page in pages:
            answer = cast.olivia.client.get(f"{BILLING}{page}")
            assert [href for href in links(answer) if href in {f"{BILLING}{one}" for one in pages}].count(
                f"{BILLING}{page}"
            ) >= 1
            assert body(answer).count('aria-current="page">') == 2
        role = CustomRole.objects.create(
            organization=cast.acme, name="Auditor", permissions={Permission.VIEW_ORGANIZATION, Permission.VIEW_BILLING}
        )
        Membership.objects.filter(user=cast.mia.user, organization=cast.acme).update(role="custom", custom_role=role)
        seen = cast.mia.client.get(BILLING)
        assert f"{BILLING}details/" not in links(seen)
        assert PAY not in links(seen)


class TestOverviewOfTheOrganization:
    def test_it_says_what_there_is_and_what_comes(self, cast: Cast) -> None:
        fund(cast.acme, 1500)
        plan = make_plan()
        ends = timezone.now() + timedelta(days=9)
        Subscription.objects.create(
            account=account_of(cast.acme), plan=plan, interval="month", price_told=2000,
            anchor=ends - timedelta(days=30), period_start=ends - timedelta(days=30), period_end=ends,
        )  # fmt: skip
        said = card(cast.olivia)
        assert "Funds €15.00 Plan Team Next charge €20.00 on" in said
        assert "Not covered" in said
        assert "Make a payment" in said
        assert card(cast.mia) == ""

    def test_without_a_row_it_is_the_free_plan(self, cast: Cast) -> None:
        assert card(cast.olivia) == "Billing All of billing Funds €0.00 Plan Free"
        assert card(cast.sam, "/o/personal/") == "Billing All of billing Funds €0.00 Plan Free"


class TestSuspended:
    @pytest.mark.parametrize("reason", ["unfunded", "past_due"])
    def test_every_page_leads_who_pays_to_a_payment(self, cast: Cast, reason: str) -> None:
        suspend_organization(organization=cast.acme, reason=reason, by=Actor.system())
        for path in ("/o/acme/", "/o/acme/members/", "/o/acme/projects/", "/o/acme/projects/new/"):
            page = cast.olivia.client.get(path)
            assert "Make a payment" in words_at(page, "aria-label", "Notice")
            assert PAY in links(page)
        assert PAY not in links(cast.theo.client.get("/o/acme/projects/new/"))
        # There it would lead nowhere else.
        assert links(cast.olivia.client.get(PAY)).count(PAY) == 0

    def test_by_staff_no_payment_helps(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        assert PAY not in links(cast.olivia.client.get("/o/acme/members/"))


def test_a_limit_leads_to_the_plans(cast: Cast) -> None:
    make_project(cast.acme)
    Allowance.objects.create(organization=cast.acme, name="projects", amount=1)
    page = cast.olivia.client.get("/o/acme/projects/new/")
    assert "There is no room for another project" in main_words(page)
    assert f"{BILLING}plan/" in links(page)
    assert PAY not in links(page)


class TestCheckList:
    """PRODUCT, *Addresses*: the check list has *pay*."""

    def test_where_nothing_costs_there_is_nothing_to_pay(self, cast: Cast) -> None:
        make_service(make_project(cast.rival), "Old", state=State.DELETED)
        kind = make_kind("gift")
        kind.sizes.update(price=0)
        make_service(make_project(cast.acme), "Gift", kind=kind)
        for person in (cast.olivia, cast.sam, cast.rita):
            assert "Add funds" not in words(person.client.get("/getting-started/"))

    def test_a_service_or_a_plan_that_costs_asks_for_it_until_it_is_paid(self, cast: Cast) -> None:
        make_service(make_project(cast.acme))
        page = cast.bella.client.get("/getting-started/")
        assert "Add funds" in words(page)
        assert PAY in links(page)
        # Who may not pay there is not asked to.
        assert "Add funds" not in words(cast.theo.client.get("/getting-started/"))
        fund(cast.acme, 100)
        account = account_of(cast.acme)
        account.first_paid_at = timezone.now()
        account.save(update_fields=["first_paid_at"])
        assert "Add funds (done)" in words(cast.bella.client.get("/getting-started/"))

    def test_exoscale_asks_the_founder_of_an_organization_that_waits(self, install: Callable[[str], None]) -> None:
        """Text 004: a new organization is suspended until a payment."""
        install("exoscale")
        olivia, theo = make_person("olivia.owner@example.com"), make_person("theo.tech@example.com")
        make_team("Acme", olivia, {"tech": theo})
        assert PAY in links(olivia.client.get("/getting-started/"))
        assert "Add funds" not in words(theo.client.get("/getting-started/"))


def letter(_person: object) -> News:
    return News(
        subject="Money", text="It is about money.", link=Link("See it", "http://testserver/"), reason="You pay."
    )


class TestTelling:
    def test_everybody_who_may_pay_is_told_by_mail_and_behind_the_bell(self, cast: Cast) -> None:
        role = CustomRole.objects.create(
            organization=cast.acme, name="Payer", permissions={Permission.VIEW_ORGANIZATION, Permission.PAY}
        )
        Membership.objects.filter(user=cast.mia.user, organization=cast.acme).update(role="custom", custom_role=role)
        account = account_of(cast.acme)
        payers = [cast.olivia, cast.adam, cast.bella, cast.mia]
        for _again in range(2):
            assert tell_payers(account, kind="money", letter=letter, notice=Notice.PAST_DUE) == len(payers)
        mails = Mail.objects.filter(kind="money").values_list("to", flat=True)
        assert sorted(mails) == sorted([person.user.email for person in payers] * 2)
        sentence = "Acme has something to pay. Pay within the days of grace, and nothing changes."
        for person in (cast.olivia, cast.bella):
            page = person.client.get("/notifications/")
            assert words(page).count(sentence) == 1
            read = next(address for address in posts(page) if address.endswith("/reading/") and len(address) > 40)
            assert person.client.post(read).headers["Location"] == BILLING
        assert sentence not in words(cast.theo.client.get("/notifications/"))
        assert sentence in words(cast.adam.client.get("/notifications/"))
        settle_notice(account, Notice.PAST_DUE)
        assert sentence not in words(cast.adam.client.get("/notifications/"))

    def test_each_kind_has_a_sentence(self, cast: Cast) -> None:
        account = account_of(cast.sam.user.personal_account)
        for notice in Notice:
            tell_payers(account, kind="money", letter=letter, notice=notice, address="/o/personal/billing/payments/")
        page = cast.sam.client.get("/notifications/")
        assert "The funds of your personal account are low." in main_words(page)
        assert "A payment for your personal account has failed." in main_words(page)
        reads = [address for address in posts(page) if address.endswith("/reading/") and len(address) > 40]
        assert [cast.sam.client.post(read).headers["Location"] for read in reads] == [
            "/o/personal/billing/payments/"
        ] * 3

    def test_of_an_organization_that_is_over_only_the_mail_goes_out(self, cast: Cast) -> None:
        Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
        assert tell_payers(account_of(cast.acme), kind="money", letter=letter, notice=Notice.LOW_FUNDS) == 3
        assert not Notification.objects.filter(kind=Notice.LOW_FUNDS).exists()
        account = account_of(cast.rival)
        account.organization = None
        assert tell_payers(account, kind="money", letter=letter) == 0


def test_staff_find_an_organizations_money(cast: Cast) -> None:
    fund(cast.acme, 100)
    make_invoice(cast.acme)
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    page = staff.client.get(f"/admin/organizations/organization/{cast.acme.pk}/change/")
    found = [href for href in links(page) if "/admin/billing/" in href and str(cast.acme.pk) in href]
    assert len(found) >= 3
    for href in found:
        assert staff.client.get(href).status_code == 200


def test_other_pages_ask_nothing_about_money(cast: Cast) -> None:
    cast.olivia.client.get("/o/acme/members/")
    with CaptureQueriesContext(connection) as captured:
        cast.olivia.client.get("/o/acme/members/")
    assert not [query for query in captured if '"billing_' in query["sql"]]
