"""Text 004 in a browser: a suspended organization pays, and works at once. Also without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from billing.models import Account, PaymentMethod
from organizations.models import Organization
from tests.cast import Cast
from tests.e2e.inspection import Inspection

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def type_card(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Valid until").fill("12/99")
    page.get_by_label("Check code").fill("123")
    page.get_by_role("button", name="Pay").click()


def test_a_suspended_organization_pays_and_works_at_once(cast: Cast, web: str, signed_in: Callable[..., Page]) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="unfunded")
    page = signed_in(cast.olivia)
    inspection = Inspection(page)
    page.goto("/o/acme/")
    page.get_by_role("link", name="Make a payment").first.click()
    page.get_by_label("Amount").fill("25")
    page.get_by_label("Keep this card").check()
    inspection.look("a payment")
    page.get_by_role("button", name="Go on to pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay €25.00")
    inspection.look("the sandbox")
    type_card(page, "4000 0000 0000 0002")
    expect(page.get_by_text("The card was declined.")).to_be_visible()
    type_card(page, "4000 0000 0000 3220")
    expect(page.get_by_role("button", name="Yes, it is me")).to_be_visible()
    inspection.look("the bank's question")
    page.get_by_role("button", name="Yes, it is me").click()
    expect(page).to_have_url(re.compile("/o/acme/billing/payments/[0-9a-f-]+/$"))
    expect(page.locator("#payment-live")).to_contain_text("Paid. €25.00 was added to the funds.")
    inspection.look("the receipt")
    page.goto("/o/acme/")
    expect(page.locator("body")).not_to_contain_text("suspended")
    assert Account.objects.get(pk=cast.acme.pk).balance == 2500
    page.goto("/o/acme/billing/methods/")
    inspection.look("cards")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove card").click()
    expect(page.locator("main")).to_contain_text("No card is kept")
    assert inspection.faults == []


# Without a script is what the test client does: tests/billing/test_payment_pages.py.
@pytest.mark.long
def test_without_a_script_a_card_that_is_kept_pays(cast: Cast, web: str, signed_in: Callable[..., Page]) -> None:
    page = signed_in(cast.bella, java_script_enabled=False)
    page.goto("/o/acme/billing/methods/")
    page.get_by_role("button", name="Keep a card").first.click()
    page.get_by_label("Card number").fill("4242424242424242")
    page.get_by_label("Valid until").fill("12/99")
    page.get_by_label("Check code").fill("123")
    page.get_by_role("button", name="Keep card").click()
    expect(page.locator("main")).to_contain_text("The card is kept.")
    page.goto("/o/acme/billing/payments/new/?amount=30")
    page.get_by_role("button", name="Pay").click()
    expect(page.locator("main")).to_contain_text("Paid. €30.00 was added to the funds.")
    assert PaymentMethod.objects.get().last4 == "4242"
