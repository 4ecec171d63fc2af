"""Attacks on money, by page, by key and as a gateway.

Who gets what at each address is walked in tests/access/test_billing_walk.py; a thousand spends at once are sent in
tests/races/, and what a gateway may say in which order in tests/billing/test_events.py.
"""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from billing.actions import invoices
from billing.models import Account, Entry, GatewayEvent, Payment, PaymentMethod, RefusedEvent
from organizations.actors import Actor
from organizations.models import Organization
from tests.access.billing_walk import Place, visits
from tests.api.keying import program_of
from tests.billing.making import account_of, fund, make_charge, make_method, make_payment
from tests.billing.paying import GOOD, begin, token_of, type_card
from tests.cast import Cast, make_team
from tests.reading import body, main_words

pytestmark = pytest.mark.django_db

HERE = "/o/acme/billing/"
NEW = f"{HERE}payments/new/"
# Columns that no form has, and those that some have, for another organization and for what nobody paid.
FORGED = {
    "balance": "100000000", "last_number": "99", "funds": "1000000", "account": "{rival}", "account_id": "{rival}",
    "organization": "{rival}", "organization_id": "{rival}", "id": "{rival}", "pk": "{rival}", "slug": "rival",
    "payment": "{payment}", "method": "{method}", "method_id": "{method}", "recipient": "{recipient}",
    "invoice": "{number}", "number": "{number}", "state": "paid", "status": "paid", "settled_at": "2027-01-01",
    "external_id": "{external}", "customer": "c-{rival_hex}", "gateway": "stripe", "amount": "1000000", "net": "-5000",
    "vat": "-1", "reason": "credit", "seen": "0", "seen_price": "0", "price": "0", "monthly": "0", "plan": "team",
    "interval": "month", "trial_days": "999", "is_trusted": "on", "kind": "staff", "token": "{payment}",
    "refunded": "5000", "is_default": "on", "email": "taken.over@example.com", "purchase_order": "PO",
    "language": "fr", "refill_below": "0", "refill_amount": "5", "low_below": "0", "currency": "JPY",
    "first_paid_at": "2020-01-01", "past_due_since": "", "suspended_for": "",
}  # fmt: skip


def books(organization: Organization) -> list[Any]:
    """All that others might change of an organization's money."""
    account = Account.objects.get(pk=organization.pk)
    sets = ("entries", "payments", "methods", "recipients", "charges", "invoices", "subscriptions", "promotions")
    return [
        Account.objects.filter(pk=account.pk).values().get(),
        *(list(getattr(account, name).order_by("pk").values()) for name in sets),
    ]


def posted(place: Place, client: Client) -> list[str]:
    """Every address of an organization's money that takes a form from this browser."""
    found = [visit for visit in visits(place) if visit.method == "POST"]
    return [visit.path for visit in found if visit.by(client).status_code in {200, 302}]


def test_25_26_every_form_of_money_moves_nothing_of_others_and_no_funds_of_ones_own(cast: Cast) -> None:
    """From a tab in which another organization is open, and with what no form has."""
    theirs, place = Place.of(cast.rival), Place.of(cast.acme)
    vega = make_team("Vega", cast.bella)
    fund(vega, 700)
    client = cast.bella.client
    paths = posted(place, client)
    assert len(paths) >= 9
    named = {
        "rival": cast.rival.pk, "rival_hex": cast.rival.pk.hex, "payment": theirs.payment.pk,
        "method": theirs.method.pk, "recipient": theirs.recipient.pk, "number": theirs.invoice.number,
        "external": theirs.payment.external_id,
    }  # fmt: skip
    forged = {name: value.format(**named) for name, value in FORGED.items()}
    before = (books(cast.rival), books(vega))
    assert "Vega" in body(client.get("/o/vega/billing/"))
    for path in paths:
        with transaction.atomic():
            assert client.post(path, forged).status_code in {200, 302, 404}, path
            assert (books(cast.rival), books(vega)) == before, path
            account = account_of(cast.acme)
            # A plan may have been chosen, for what it costs; nothing came in, and nothing became another's.
            assert account.balance in {5_000, 3_000}, path
            assert account.currency == "EUR"
            assert not Entry.objects.filter(account=account, amount__gt=0).exclude(reason="top_up").exists()
            assert account.payments.filter(state="paid").count() == 1, path
            assert not account.payments.filter(method=theirs.method).exists(), path
            transaction.set_rollback(True)


def test_26_by_key_too(cast: Cast) -> None:
    theirs = Place.of(cast.rival)
    fund(cast.acme, 5_000)
    program, before = program_of(cast.bella, cast.acme), books(cast.rival)
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/billing/payments", {"amount": "50", "method_id": str(theirs.method.pk)}),
        ("POST", "/billing/payments", {"amount": "50", "account": str(cast.rival.pk)}),
        ("POST", "/billing/plan/change", {"plan": "team", "interval": "month", "amount": "0"}),
        ("POST", "/billing/plan/change", {"plan": "team", "interval": "month", "amount": "20.00", "price": 0}),
        ("PATCH", "/billing/details", {"balance": 10**9}),
        ("PATCH", "/billing", {"funds": {"amount": "1", "currency": "EUR"}}),
        ("POST", "/billing/recipients", {"email": "a@example.com", "organization": str(cast.rival.pk)}),
        ("DELETE", f"/billing/recipients/{theirs.recipient.pk}", {}),
    ]
    for method, path, given in asked:
        assert program.send(method, path, given).status_code in {404, 405, 409, 422}, (path, given)
    assert books(cast.rival) == before
    assert (account_of(cast.acme).balance, Entry.objects.filter(account=cast.acme.pk).count()) == (5_000, 1)


def test_30_no_amount_but_a_right_one_is_paid(cast: Cast) -> None:
    """What else is none, tests/billing/test_amounts.py reads; here it comes in by the form."""
    client = cast.bella.client
    wrong = ("-50", "0", "0.001", "NaN", "Infinity", "1e5", "1000000000000", "9" * 5_000, "50 USD", "", "50\x0060")
    for amount in wrong:
        page = client.post(NEW, {"amount": amount})
        assert (page.status_code, "aria-invalid" in body(page)) == (200, True), amount
    assert not Payment.objects.exists()


def test_30_a_card_of_another_organization_pays_for_nobody_else(cast: Cast) -> None:
    theirs, mine = make_method(cast.rival), make_method(cast.acme)
    client = cast.bella.client
    for card in (theirs.pk, "0198c0de-7a3b-7c1d-9e2f-4b5a6c7d8e9f", "new' OR 1=1"):
        page = client.post(NEW, {"token": token_of(client, NEW), "amount": "50", "method": str(card)})
        assert page.status_code == 200, card
    for action in ("default", "removal"):
        assert client.post(f"{HERE}methods/{theirs.pk}/{action}/").status_code == 404
    assert not Payment.objects.exists()
    assert PaymentMethod.objects.filter(pk__in=[theirs.pk, mine.pk], removed_at=None, is_default=True).count() == 2


def test_30_one_pays_for_a_suspended_organization_and_not_for_a_foreign_or_closed_one(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="staff")
    assert begin(cast.bella.client, cast.acme).startswith("http")
    form = {"amount": "50", "token": token_of(cast.bella.client, NEW)}
    assert cast.bella.client.post("/o/rival/billing/payments/new/", form).status_code == 404
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at="2027-01-01T00:00:00Z")
    assert cast.bella.client.post(NEW, form).status_code == 404
    assert Payment.objects.count() == 1
    # A payment lifts what a payment lifts.
    assert Organization.objects.get(pk=cast.acme.pk).suspended_for == "staff"


def test_30_a_form_that_is_sent_again_or_with_a_made_up_token_pays_once(cast: Cast) -> None:
    client = cast.bella.client
    theirs = make_payment(cast.rival, 900)
    form = {"amount": "50", "token": token_of(client, NEW)}
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first["Location"] == second["Location"]
    # A token names the payment's id, and only we make them: nobody begins one in another's place.
    client.post(NEW, {"amount": "9", "token": str(theirs.pk)})
    theirs.refresh_from_db()
    assert (theirs.amount, theirs.account_id) == (900, cast.rival.pk)
    assert sorted(Payment.objects.filter(account=cast.acme.pk).values_list("amount", flat=True)) == [900, 5_000]


def test_29_a_stranger_at_the_sandbox_pays_for_whom_it_is_and_nobody_learns_who_that_is(cast: Cast) -> None:
    """Its pages are as a gateway's own: whoever has the address may pay. They name no organization, and no person."""
    page = begin(cast.bella.client, cast.acme)
    stranger = Client()
    shown = body(stranger.get(page))
    assert "€50.00" in shown
    for name in ("Acme", "Bella", "bella.billing"):
        assert name not in shown
    type_card(stranger, page, GOOD)
    assert account_of(cast.acme).balance in {0, 5_000}
    assert not Payment.objects.exclude(account=cast.acme.pk).exists()


def test_29_what_no_gateway_signed_credits_nothing_and_is_counted(cast: Cast) -> None:
    waits = make_payment(cast.acme, 5_000, state="waiting")
    told = {"type": "payment.paid", "reference": str(waits.pk), "payment": {"state": "paid", "amount": 5_000}}
    forged: tuple[dict[str, str], ...] = (
        {}, {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
        {"Stripe-Signature": "t=1,v1=00"}, {"webhook-id": "1", "webhook-timestamp": "now", "webhook-signature": "v1"},
    )  # fmt: skip
    for headers in forged:
        for what in (json.dumps(told), "", "{", "[]", "\x00"):
            answer = Client().post("/hooks/payments/sandbox/", what, content_type="application/json", headers=headers)
            assert answer.status_code == 400, (headers, what)
    assert Client().post("/hooks/payments/paypal/", "{}", content_type="application/json").status_code == 404
    assert Client().get("/hooks/payments/sandbox/").status_code == 405
    assert (account_of(cast.acme).balance, Entry.objects.count(), GatewayEvent.objects.count()) == (0, 0, 0)
    assert sum(RefusedEvent.objects.values_list("times", flat=True)) == 20


def test_18_after_paying_one_stays_here(cast: Cast) -> None:
    client = cast.bella.client
    for outward in ("//evil.example", "https:evil.example", "javascript:alert(1)", "/\\evil.example"):
        page = body(client.get(NEW, {"next": outward, "amount": "<script>alert"}))
        assert "<script>alert" not in page
        assert not leads_out(page), outward
    answer = client.post(f"{NEW}?next=//evil.example", {"token": token_of(client, NEW), "amount": "50"})
    assert "evil" not in answer["Location"].partition("?")[0]
    shown = client.get(f"{HERE}payments/{Payment.objects.get().pk}/", {"next": "//evil.example"})
    assert not leads_out(body(shown))


def leads_out(page: str) -> bool:
    """Whether a link or a form leads away; that of the language comes back to the present address, whatever that is."""
    return bool(re.search(r'(href|action)="(?![/?#])[^"]*(evil|alert)|(href|action)="/[/\\\\]', page))


def test_33_34_what_people_type_is_inert_on_pages_invoices_mails_and_in_files(cast: Cast) -> None:
    client = cast.bella.client
    nasty = "=cmd|'!A0 <b>{{ 7*7 }} %(x)s \u202egnp"
    form = {"purchase_order": nasty, "language": "en"}
    assert client.post(f"{HERE}details/", form).status_code == 302
    account = account_of(cast.acme)
    # Marks that turn writing round, and ends of lines, are not kept.
    assert account.purchase_order == "=cmd|'!A0 <b>{{ 7*7 }} %(x)s gnp"
    for email in ("a@example.com\r\nBcc: all@example.com", "<b>@example.com", "a@example.com, b@example.com", "=1+1"):
        client.post(f"{HERE}details/recipients/new/", {"email": email})
    assert not account.recipients.filter(email__regex=r"[\r\n<,=]").exists()
    charge = make_charge(cast.acme, 2_000, plan_name="=1+1 <b>", month=date(2026, 1, 1))
    fund(cast.acme, 5_000)
    invoice = invoices.issue_invoice(account=account, month=charge.month, by=Actor.system())
    assert invoice is not None
    for path in ("details/", "invoices/", f"invoices/{invoice.number}/", "funds/", ""):
        page = body(client.get(f"{HERE}{path}"))
        assert "<b>" not in page, path
    assert "49" not in main_words(client.get(f"{HERE}invoices/{invoice.number}/")).partition("Purchase order")[2][:60]
    drawn = client.get(f"{HERE}invoices/{invoice.number}/pdf/")
    assert b"".join(drawn)[:5] == b"%PDF-"
    for path in ("invoices/export/", "funds/export/", "usage/export/"):
        assert not re.search(rb'(^|[,\n"])[=+@]', b"".join(client.get(f"{HERE}{path}"))), path
    assert program_of(cast.bella, cast.acme).get("/billing/details").json()["purchase_order"] == account.purchase_order


def test_23_whoever_was_removed_pays_and_sees_nothing_more(cast: Cast) -> None:
    place = Place.of(cast.acme)
    client, form = cast.bella.client, {"amount": "50", "token": token_of(cast.bella.client, NEW)}
    program = program_of(cast.bella, cast.acme)
    cast.olivia.client.post(f"/o/acme/members/{cast.bella.membership(cast.acme).pk}/removal/")
    assert client.post(NEW, form).status_code == 404
    assert client.get(f"{HERE}invoices/{place.invoice.number}/pdf/").status_code == 404
    assert program.get("/billing").status_code == 401


def test_19_what_is_no_number_of_an_invoice_is_not_there(cast: Cast) -> None:
    """PostgreSQL refuses to compare some characters, which must not be an error of ours."""
    program = program_of(cast.bella, cast.acme)
    for number in ("%00", "2026-000001%00", "\uff19999-000001"):
        for kind in ("", "/pdf"):
            assert cast.bella.client.get(f"{HERE}invoices/{number}{kind}/").status_code == 404, number
            assert program.send("GET", f"/billing/invoices/{number}{kind}").status_code == 404, number
