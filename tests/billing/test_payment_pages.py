"""Making a payment: the form, the sandbox's page, and the page that says where the payment stands."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from billing.actions.ledger import book
from billing.models import GatewayEvent, Payment, PaymentMethod, Reason, SandboxPayment
from billing.tasks import sweep_payments
from organizations.models import Organization, Status
from tests.billing.making import account_of, make_charge, make_method, make_payment
from tests.billing.paying import (
    CHALLENGE,
    DECLINED,
    GOOD,
    PROCESSES,
    SILENT,
    address,
    begin,
    pay,
    token_of,
    type_card,
)
from tests.cast import Cast
from tests.reading import body, error_at, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.usefixtures("worker_here")

type Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    """Do something as if the transaction ended with it."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_person_pays_and_the_funds_are_there(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    assert "There is €0.00 in the funds now" in main_words(bella.get(address(cast.acme, "payments/new/")))
    card_page = begin(bella, cast.acme, "50,00", keeps_method="on")
    assert "/sandbox/cards/" in card_page
    assert "Sandbox: no money moves Pay €50.00" in main_words(bella.get(card_page))
    with committing():
        response = type_card(bella, card_page)
    page = bella.get(response["Location"], follow=True)
    assert "Paid. €50.00 was added to the funds." in main_words(page)
    assert "Visa •••• 4242" in main_words(page)
    assert account_of(cast.acme).balance == 5000
    (receipt,) = mails_to("bella.billing@example.com", "payment-receipt")
    assert receipt.subject == "Receipt: €50.00 for Acme"
    assert "Visa •••• 4242" in receipt.text
    assert PaymentMethod.objects.get().is_default
    # Its events came as those of any gateway do.
    assert list(GatewayEvent.objects.values_list("kind", "state", "times")) == [("payment.paid", "done", 1)]
    listed = main_words(bella.get(address(cast.acme, "payments/")))
    assert "€50.00 Paid Visa •••• 4242 Bella Billing" in listed


def test_a_payment_brings_a_new_organization_to_life_at_once(cast: Cast, committing: Committing) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="unfunded")
    with committing():
        payment = pay(cast.olivia.client, cast.acme, "10")
    cast.acme.refresh_from_db()
    assert (payment.state, cast.acme.status) == ("paid", Status.ACTIVE)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-5", "The least is €1.00."),
        ("0.99", "The least is €1.00."),
        ("NaN", "Type an amount, like 25 or 25.50."),
        ("1.001", "two ways"),
        ("10000000000000", "The most at once is €1,000,000.00."),
        ("$25", "Amounts here are in EUR."),
        ("", "This field is required."),
    ],
)
def test_an_amount_that_is_none_is_refused_at_the_field(cast: Cast, typed: str, said: str) -> None:
    response = cast.bella.client.post(address(cast.acme, "payments/new/"), {"amount": typed})
    assert said in error_at(response, "amount")
    assert not Payment.objects.exists()


def test_less_than_is_due_is_refused_with_the_amount(cast: Cast) -> None:
    book(account_of(cast.acme), Reason.USAGE, -2550, key="usage", charge=make_charge(cast.acme, 2550))
    page = cast.bella.client.get(address(cast.acme, "payments/new/"))
    assert 'value="25.50"' in body(page)
    response = cast.bella.client.post(address(cast.acme, "payments/new/"), {"amount": "25.49"})
    assert error_at(response, "amount") == "€25.50 is due: pay that, or more."


def test_the_same_form_sent_twice_makes_one_payment_and_another_amount_another(cast: Cast) -> None:
    bella, page = cast.bella.client, address(cast.acme, "payments/new/")
    token = token_of(bella, page)
    first = bella.post(page, {"amount": "50", "token": token})
    second = bella.post(page, {"amount": "50", "token": token})
    third = bella.post(page, {"amount": "60", "token": token})
    assert Payment.objects.count() == 2
    assert "/sandbox/cards/" in first["Location"]
    # It is being taken there: its page leads on.
    assert second["Location"] in {
        first["Location"],
        address(cast.acme, f"payments/{Payment.objects.earliest('id').pk}/"),
    }
    assert third["Location"] != first["Location"]


def test_a_made_up_token_chooses_no_id(cast: Cast) -> None:
    make_payment(cast.rival, 100)
    for token in ("ffffffff-ffff-7fff-bfff-ffffffffffff", "x" * 300, str(Payment.objects.get().pk)):
        begin(cast.bella.client, cast.acme, "20", token=token)
    assert Payment.objects.filter(account=cast.acme.pk).count() == 3


def test_a_declined_card_is_said_at_its_field_and_another_one_pays(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    card_page = begin(bella, cast.acme)
    assert error_at(type_card(bella, card_page, DECLINED), "number") == "The card was declined."
    assert "no card number" in error_at(type_card(bella, card_page, "4242 4242 4242 4241"), "number")
    # A real one, by its check digit.
    assert "Only the numbers below" in error_at(type_card(bella, card_page, "5555 5555 5555 4444"), "number")
    assert "expired" in error_at(type_card(bella, card_page, expiry="01/20"), "expiry")
    assert "month and year" in error_at(type_card(bella, card_page, expiry="13/40"), "expiry")
    assert "Three digits" in error_at(type_card(bella, card_page, cvc="12"), "cvc")
    with committing():
        assert type_card(bella, card_page, GOOD).status_code == 302
    assert account_of(cast.acme).balance == 5000


def test_a_card_that_asks_its_holder(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    asked = type_card(bella, begin(bella, cast.acme), CHALLENGE)
    assert "/sandbox/challenges/" in asked["Location"]
    with committing():
        refused = bella.post(asked["Location"], {"answer": "refuse"})
    page = bella.get(refused["Location"], follow=True)
    assert "The payment was not confirmed. Nothing was taken." in main_words(page)
    again = next(action for action in posts(page) if "/retry/" in action)
    asked = type_card(bella, bella.post(again)["Location"], CHALLENGE)
    with committing():
        bella.post(asked["Location"], {"answer": "confirm"})
    assert account_of(cast.acme).balance == 5000
    assert list(Payment.objects.order_by("id").values_list("state", flat=True)) == ["failed", "paid"]


def test_who_goes_back_finds_the_payment_waiting(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    card_page = begin(bella, cast.acme)
    back = next(link for link in links(bella.get(card_page)) if "returned" in link)
    with committing():
        page = bella.get(back)
    assert Payment.objects.get().state == "waiting"
    page = bella.get(page["Location"])
    assert "This waits for you" in main_words(page)
    go_on = next(action for action in posts(page) if "/retry/" in action)
    assert bella.post(go_on)["Location"].endswith(card_page.partition("/sandbox")[2])


def test_who_does_not_want_it_any_more_calls_it_off(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    card_page = begin(bella, cast.acme)
    pk = Payment.objects.get().pk
    with committing():
        page = bella.post(f"/o/acme/billing/payments/{pk}/cancellation/", follow=True)
    assert "Nobody went on with this payment. Nothing was taken." in main_words(page)
    with committing():
        type_card(bella, card_page)
    assert account_of(cast.acme).balance == 0
    # Twice: a sentence.
    page = bella.post(f"/o/acme/billing/payments/{pk}/cancellation/", follow=True)
    assert "does not wait for you any more" in words(page)


def test_an_answer_that_is_late_is_waited_for(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with committing():
            back = type_card(bella, begin(bella, cast.acme), SILENT)["Location"]
        with committing():
            page = bella.get(back, follow=True)
        # They may have paid: not that it waits for them, nor that nothing was taken.
        assert "We are checking." in main_words(page)
        clock.shift(timedelta(seconds=21))
        status = re.search(r'data-hx-get="([^"]+)"', body(page))
        assert status
        with committing():
            live = bella.get(status[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
            live = bella.get(status[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
    assert "Paid. €50.00 was added to the funds." in body(live)
    assert account_of(cast.acme).balance == 5000


def test_a_bank_that_takes_its_time(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    with time_machine.travel(timezone.now(), tick=False) as clock:
        with committing():
            back = type_card(bella, begin(bella, cast.acme), PROCESSES)["Location"]
        assert "The bank takes its time" in main_words(bella.get(back, follow=True))
        clock.shift(timedelta(seconds=30))
        with committing():
            sweep_payments()
    assert account_of(cast.acme).balance == 5000


def test_a_saved_card_pays_with_one_click(cast: Cast, committing: Committing) -> None:
    with committing():
        pay(cast.bella.client, cast.acme, keeps_method="on")
    method = PaymentMethod.objects.get()
    with committing():
        begin(cast.olivia.client, cast.acme, "20", method=str(method.pk))
    assert account_of(cast.acme).balance == 7000
    assert not PaymentMethod.objects.exclude(pk=method.pk).exists()


def test_a_foreign_card_and_a_foreign_payment_are_not_there(cast: Cast) -> None:
    foreign = make_method(cast.rival)
    theirs = make_payment(cast.rival, 500)
    bella, page = cast.bella.client, address(cast.acme, "payments/new/")
    make_method(cast.acme)
    response = bella.post(page, {"amount": "20", "method": str(foreign.pk)})
    assert "not one of the available choices" in error_at(response, "method")
    for path in ("", "status/"):
        assert bella.get(address(cast.acme, f"payments/{theirs.pk}/{path}")).status_code == 404
    assert bella.post(address(cast.acme, f"payments/{theirs.pk}/retry/")).status_code == 404
    for verb in ("default", "removal"):
        assert bella.post(address(cast.acme, f"methods/{foreign.pk}/{verb}/")).status_code == 404


def test_next_leads_to_pages_of_ours_alone(cast: Cast, committing: Committing) -> None:
    bella = cast.bella.client
    page = address(cast.acme, "payments/new/") + "?amount=20&next=/o/acme/billing/plan/"
    assert 'value="20"' in body(bella.get(page))
    card_page = bella.post(page, {"amount": "20"})["Location"]
    with committing():
        back = type_card(bella, card_page)["Location"]
    assert "/o/acme/billing/plan/" in links(bella.get(back, follow=True))
    for evil in ("//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"):
        paid = bella.get(address(cast.acme, f"payments/{Payment.objects.get().pk}/?next={evil}"))
        assert "evil.example" not in "".join(links(paid))
        assert "javascript:alert" not in "".join(links(paid))


def test_the_sandbox_is_not_there_where_another_gateway_is(cast: Cast, settings: Any) -> None:
    card_page = begin(cast.bella.client, cast.acme)
    settings.PAYMENT_GATEWAY = "stripe"
    assert cast.bella.client.get(card_page).status_code == 404
    assert type_card(cast.bella.client, card_page).status_code == 404
    assert SandboxPayment.objects.get().state == "open"


def test_no_card_number_is_kept_or_logged(cast: Cast, committing: Committing, caplog: Any) -> None:
    with committing(), caplog.at_level("DEBUG"):
        pay(cast.bella.client, cast.acme, keeps_method="on")
    kept = [
        str(row)
        for model in apps.get_app_config("billing").get_models()
        for row in model._default_manager.values_list()
    ]
    everything = " ".join(kept).replace(" ", "") + caplog.text.replace(" ", "")
    assert "4242" in everything
    assert "42424242" not in everything


def test_many_payments_in_an_hour_are_refused(cast: Cast) -> None:
    for _number in range(30):
        make_payment(cast.acme, 100, state="failed")
    response = cast.bella.client.post(address(cast.acme, "payments/new/"), {"amount": "20"})
    assert "Many payments were begun here" in main_words(response)
