"""Money through the API, to be moved: payments, plans, and how invoices are wanted (issue 7)."""

import pytest

from billing.actions.payments import look_after
from billing.gateways.sandbox.messages import send_messages
from billing.models import Payment, Plan
from organizations.models import Organization
from tests.api.keying import Program, logged, problem, program_of, service_program
from tests.billing.making import fund, keep_card, make_method, make_plan, make_recipient
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ONCE = {"Idempotency-Key": "once"}
PAYMENTS = "/billing/payments"
CHANGE = "/billing/plan/change"


@pytest.fixture
def plans() -> None:
    """A plan for 20 euros a month and 200 a year, and one for 50 a month."""
    make_plan("team", yearly=20_000)
    make_plan("business", 5_000)


def carry(payment: Payment) -> None:
    """What a worker does after the commit, and what the sandbox says by itself then."""
    look_after(payment.pk)
    send_messages()


def test_a_payment_with_a_card_that_is_kept_is_made_once(cast: Cast, adams: Program) -> None:
    card = keep_card(cast.acme)
    answer = adams.post(PAYMENTS, {"amount": "50.00", "currency": "EUR", "method_id": str(card.pk)}, ONCE)
    begun = answer.json()
    payment = Payment.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1{PAYMENTS}/{payment.pk}")
    assert (begun["state"], begun["amount"]["amount"], begun["method_id"]) == ("started", "50.00", str(card.pk))
    assert logged("payment.started")["key"] == adams.key.pk
    carry(payment)
    again = adams.post(PAYMENTS, {"amount": "50.00", "currency": "EUR", "method_id": str(card.pk)}, ONCE)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (begun, "true")
    shown = adams.get(f"{PAYMENTS}/{payment.pk}").json()
    assert (shown["state"], shown["method_name"]) == ("paid", "Visa •••• 4242")
    assert adams.get("/billing").json()["funds"] == {"amount": "50.00", "currency": "EUR"}
    assert Payment.objects.count() == 1


def test_a_payment_that_fails_says_why(cast: Cast, robot: Program) -> None:
    keep_card(cast.acme, "declined")
    made = robot.post(PAYMENTS, {"amount": "50"}).json()
    carry(Payment.objects.get())
    shown = robot.get(f"{PAYMENTS}/{made['id']}").json()
    assert (shown["state"], shown["problem"], shown["asked_by"]) == ("failed", "The card was declined.", "")
    assert robot.get("/billing").json()["funds"]["amount"] == "0.00"


def test_what_is_no_payment_is_named_by_its_field(cast: Cast, adams: Program) -> None:
    theirs, removed = keep_card(cast.rival), make_method(cast.acme, removed_at="2027-01-01T00:00:00Z", is_default=False)
    answer = adams.post(PAYMENTS, {"amount": "50"})
    assert problem(answer) == (409, "no-method")
    # A new card needs a person: the sentence says where.
    assert "http://localhost:8000/o/acme/billing/payments/new/" in answer.json()["detail"]
    keep_card(cast.acme)
    for given, field in (
        ({"amount": "-5"}, "amount"), ({"amount": "NaN"}, "amount"), ({"amount": "0"}, "amount"),
        ({"amount": "0.001"}, "amount"), ({"amount": "1000000000000"}, "amount"), ({"amount": "1e3"}, "amount"),
        ({"amount": 50}, "amount"), ({"amount": ""}, "amount"), ({"amount": "50,00"}, "amount"), ({}, "amount"),
        ({"amount": "50", "currency": "USD"}, "currency"), ({"amount": "50", "method_id": str(theirs.pk)}, "method_id"),
        ({"amount": "50", "method_id": str(removed.pk)}, "method_id"), ({"amount": "50", "state": "paid"}, "state"),
        ({"amount": "50", "account": str(cast.rival.pk)}, "account"),
    ):  # fmt: skip
        answer = adams.post(PAYMENTS, given)
        assert answer.status_code == 422, given
        assert answer.json()["errors"][0]["field"] == field, given
    assert not Payment.objects.exists()


@pytest.mark.usefixtures("plans")
def test_a_plan_is_quoted_chosen_cancelled_and_kept(cast: Cast, adams: Program) -> None:
    assert [one["key"] for one in adams.get("/billing/plans").json()["items"]] == ["business", "team"]
    had = adams.get("/billing/plan").json()
    assert (had["plan"]["key"], had["state"], had["interval"], had["ends"]) == ("free", None, None, False)
    quote = adams.post("/billing/plan/quote", {"plan": "team", "interval": "month"}).json()
    assert (quote["total"]["amount"], quote["missing"]["amount"], quote["way"]) == ("20.00", "20.00", "period")
    wanted = {"plan": "team", "interval": "month", "amount": "20.00"}
    assert problem(adams.post(CHANGE, wanted)) == (409, "not-covered")
    fund(cast.acme, 30_000)
    chosen = adams.post(CHANGE, wanted, ONCE)
    assert (chosen.status_code, chosen.json()["plan"]["key"], chosen.json()["state"]) == (200, "team", "active")
    assert adams.post(CHANGE, wanted, ONCE).json() == chosen.json()
    assert adams.get("/billing").json()["funds"]["amount"] == "280.00"
    upcoming = adams.get("/billing").json()["next_charge"]
    assert (upcoming["plan"], upcoming["total"]["amount"]) == ("team", "20.00")
    ended = adams.post("/billing/plan/cancellation").json()
    assert (ended["ends"], adams.get("/billing").json()["next_charge"]) == (True, None)
    assert problem(adams.post("/billing/plan/cancellation")) == (409, "cancelled")
    assert adams.post("/billing/plan/resumption").json()["ends"] is False
    assert logged("plan.resumed")["key"] == adams.key.pk


@pytest.mark.usefixtures("plans")
def test_a_plan_that_costs_something_else_by_now_is_not_charged(cast: Cast, adams: Program) -> None:
    fund(cast.acme, 30_000)
    Plan.objects.filter(key="team").update(monthly=2_500)
    assert problem(adams.post(CHANGE, {"plan": "team", "interval": "month", "amount": "20.00"})) == (409, "changed")
    for given, field in (
        ({"plan": "gold", "interval": "month", "amount": "1"}, "plan"),
        ({"plan": "team", "interval": "week", "amount": "1"}, "interval"),
        ({"plan": "team", "interval": "month", "amount": "-1"}, "amount"),
        ({"plan": "team", "interval": "month"}, "amount"),
    ):
        answer = adams.post(CHANGE, given)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), given
    for asked, status in (({"plan": "gold", "interval": "month"}, 422), ({"plan": "team", "interval": "week"}, 422)):
        assert adams.post("/billing/plan/quote", asked).status_code == status
    assert problem(adams.post("/billing/plan/quote", {"plan": "business", "interval": "year"})) == (409, "interval")
    assert adams.get("/billing").json()["funds"]["amount"] == "300.00"


def test_how_invoices_are_wanted_is_changed_as_it_was_seen(cast: Cast, adams: Program) -> None:
    path, details = "/billing/recipients", "/billing/details"
    seen = adams.get(details)
    assert seen.json() == {"purchase_order": "", "language": "", "recipients": []}
    changed = adams.send("PATCH", details, {"purchase_order": "PO 7"}, {"If-Match": seen.headers["ETag"]})
    assert (changed.status_code, changed.json()["purchase_order"]) == (200, "PO 7")
    stale = adams.send("PATCH", details, {"language": "fr"}, {"If-Match": seen.headers["ETag"]})
    assert problem(stale) == (412, "changed")
    assert adams.send("PATCH", details, {"language": "fr"}).json()["purchase_order"] == "PO 7"
    assert problem(adams.send("PATCH", details, {"language": "de"})) == (422, "invalid")
    made = adams.post(path, {"email": "books@example.com"})
    recipient = made.json()["id"]
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1{path}/{recipient}")
    assert problem(adams.post(path, {"email": "BOOKS@example.com"}))[0] == 422
    assert problem(adams.post(path, {"email": "nobody"}))[0] == 422
    assert [one["email"] for one in adams.get(details).json()["recipients"]] == ["books@example.com"]
    theirs = make_recipient(cast.rival, "theirs@example.com")
    for method in ("GET", "DELETE"):
        assert problem(adams.send(method, f"{path}/{theirs.pk}")) == (404, "not-found")
    assert adams.send("DELETE", f"{path}/{recipient}").status_code == 204
    assert adams.get(details).json()["recipients"] == []


@pytest.mark.usefixtures("plans")
def test_a_key_does_what_its_permissions_say_also_while_suspended(cast: Cast) -> None:
    fund(cast.acme, 30_000)
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for="staff")
    sees = service_program(cast.acme, permissions={"view_organization", "view_billing"})
    pays = service_program(cast.acme, permissions={"view_organization", "pay"})
    edits = service_program(cast.acme, permissions={"view_organization", "edit_billing_details"})
    wanted = {"plan": "team", "interval": "month", "amount": "20.00"}
    assert sees.get("/billing").json()["suspended_for"] == "staff"
    for program, status in ((sees, 403), (edits, 403), (pays, 200)):
        assert program.post(CHANGE, wanted).status_code == status
    for program, status in ((sees, 403), (pays, 403), (edits, 200)):
        assert program.send("PATCH", "/billing/details", {"purchase_order": "PO"}).status_code == status
    assert pays.get("/billing").status_code == edits.get("/billing/invoices").status_code == 403
    mias = program_of(cast.mia, cast.acme)
    assert problem(mias.get("/billing")) == (403, "permission")
