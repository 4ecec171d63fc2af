"""What becomes of money when an organization is closed, and when it or a personal account ends for good."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import User
from billing.actions.ledger import book
from billing.actions.payments.settling import settle_payment
from billing.actions.subscriptions.choosing import choose_plan
from billing.gateways.base import Outcome
from billing.models import Account, PaymentMethod, Plan, Reason, Recipient, Subscription
from console.refusal import Refused
from organizations.actions.closing import reopen_organization
from organizations.actions.closing_work import end_closed_organizations
from organizations.models import Allowance, Organization
from tests.accounts.signing import prove
from tests.billing.making import account_of, fund, make_charge, make_method, make_payment, make_plan, make_recipient
from tests.cast import Cast
from tests.reading import main_words

pytestmark = pytest.mark.django_db

CLOSING = "/o/acme/settings/closing/"


def close(cast: Cast) -> Any:
    """Olivia closes Acme, and knows of what is lost; the page that answers."""
    return cast.olivia.client.post(CLOSING, {"name": "Acme", "acknowledged": "on"}, follow=True)


def owe(organization: Organization, cents: int) -> None:
    """Something ran that the funds did not cover."""
    charge = make_charge(organization, cents, kind="usage")
    book(account_of(organization), Reason.USAGE, -cents, key=charge.key, charge=charge)


def subscribe(organization: Organization, cast: Cast) -> Subscription:
    """To a plan for 20 euros, which limits projects."""
    fund(organization, 5_000)
    plan = Plan.objects.filter(key="team").first() or make_plan(projects=20)
    return choose_plan(organization=organization, plan=plan, interval="month", by=cast.olivia.actor(organization))


def test_what_is_owed_keeps_an_organization_open(cast: Cast) -> None:
    owe(cast.acme, 1_250)
    page = main_words(cast.olivia.client.get(CLOSING))
    assert "€12.50 is due. Pay it first" in page
    assert "Make a payment" in page
    close(cast)
    assert Organization.objects.get(pk=cast.acme.pk).status == "active"


def test_whoever_closes_knows_what_is_lost_and_nothing_is_charged_from_then_on(cast: Cast) -> None:
    subscription = subscribe(cast.acme, cast)
    page = main_words(cast.olivia.client.get(CLOSING))
    assert "The plan Team ends at once" in page
    assert "€30.00 of funds are lost with it. Of that our staff can pay €30.00 back" in page
    # Not without knowing.
    cast.olivia.client.post(CLOSING, {"name": "Acme"})
    assert Organization.objects.get(pk=cast.acme.pk).status == "active"
    close(cast)
    subscription.refresh_from_db()
    assert (Organization.objects.get(pk=cast.acme.pk).status, subscription.state) == ("closed", "ended")
    assert not Allowance.objects.filter(organization=cast.acme, source="plan").exists()
    # Opened again it has the standard plan, and its funds.
    reopen_organization(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    assert "Free" in main_words(cast.olivia.client.get("/o/acme/billing/plan/"))
    assert account_of(cast.acme).balance == 3_000


def test_closed_for_good_it_has_no_cards_and_its_books_stay(cast: Cast) -> None:
    subscribe(cast.acme, cast)
    card = make_method(cast.acme)
    make_recipient(cast.acme)
    Account.objects.filter(pk=cast.acme.pk).update(refill_below=100, refill_amount=1_000)
    close(cast)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert end_closed_organizations() == 1
    account = account_of(cast.acme)
    assert (account.entries.count(), account.payments.count(), account.charges.count()) == (2, 1, 1)
    assert PaymentMethod.objects.get(pk=card.pk).removed_at is not None
    assert not Recipient.objects.exists()
    assert (account.refill_below, account.refill_amount) == (None, None)


def test_a_payment_that_is_on_its_way_counts_in_a_closed_organization_too(cast: Cast) -> None:
    """The money came: it is in the funds, for staff to pay back."""
    waits = make_payment(cast.acme, 5_000, state="waiting")
    close(cast)
    outcome = Outcome(state="paid", external_id=waits.external_id, amount=5_000, currency="EUR")
    assert settle_payment(waits.pk, outcome).state == "paid"
    assert account_of(cast.acme).balance == 5_000


def test_an_account_ends_without_its_organization_and_its_books_stay(cast: Cast) -> None:
    personal = cast.mia.user.personal_account
    fund(personal, 5_000)
    make_charge(personal, 100)
    card = make_method(personal)
    make_recipient(personal)
    close_account(user=cast.mia.user, by=cast.mia.actor())
    account = Account.objects.get(pk=personal.pk)
    assert (account.organization, account.balance, account.entries.count()) == (None, 5_000, 1)
    assert PaymentMethod.objects.get(pk=card.pk).removed_at is not None
    assert not Recipient.objects.exists()


def test_what_a_personal_account_owes_keeps_its_person(cast: Cast) -> None:
    owe(cast.mia.user.personal_account, 700)
    with pytest.raises(Refused, match=r"In your personal account €7\.00 is due\. Pay it first\."):
        close_account(user=cast.mia.user, by=cast.mia.actor())
    assert User.objects.filter(pk=cast.mia.user.pk).exists()
    # The page says so before.
    assert "€7.00 is due" in main_words(prove(cast.mia.client).get("/profile/preferences/deletion/"))


def test_whoever_ends_an_account_knows_of_the_funds_that_are_lost(cast: Cast) -> None:
    page = "/profile/preferences/deletion/"
    assert "funds" not in main_words(prove(cast.mia.client).get(page))
    fund(cast.mia.user.personal_account, 1_234)
    assert "€12.34 of funds are lost with your personal account" in main_words(cast.mia.client.get(page))
