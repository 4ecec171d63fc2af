"""Messages of gateways, at their address: forged, stale, replayed, reordered: at most one right credit."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from billing.actions.payments.events import take_message
from billing.gateways.base import Message, NotSigned, RefundOutcome
from billing.gateways.sandbox import Sandbox, messages
from billing.models import Entry, GatewayEvent, Payment, RefusedEvent, SandboxEvent, SandboxPayment
from tests.billing.making import account_of, make_payment
from tests.billing.scripted import Scripted
from tests.cast import Cast, Person
from tests.reading import words

HOOK = "/hooks/payments/sandbox/"


@pytest.fixture
def known(cast: Cast) -> SandboxPayment:
    """A payment of Acme of 50 euros that waits at the sandbox."""
    payment = make_payment(cast.acme, 5000, state="waiting", external_id="")
    return SandboxPayment.objects.create(
        reference=payment.pk, customer=f"c-{cast.acme.pk.hex}", amount=5000, currency="EUR", back="http://testserver/"
    )


def message(known: SandboxPayment, state: str = "paid", **fields: Any) -> SandboxEvent:
    """What the sandbox says of it, with other ``fields`` than it would."""
    known.state = SandboxPayment.State(state)
    messages.tell_of_payment(known, after=timedelta(days=99))
    event = SandboxEvent.objects.latest("id")
    event.body["reference"] = str(fields.pop("reference", event.body["reference"]))
    event.body["payment"] |= fields
    event.save()
    return event


def send(event: SandboxEvent, **headers: str) -> Any:
    signed, body = messages.signed(event, at=timezone.now())
    return post(body, signed | headers)


def post(body: bytes, headers: dict[str, str]) -> Any:
    return Client().post(HOOK, body, content_type="application/json", headers=headers)


def balance(cast: Cast) -> int:
    return account_of(cast.acme).balance


def test_what_is_signed_is_credited_once_however_often_it_comes(cast: Cast, known: SandboxPayment) -> None:
    event = message(known)
    assert {send(event).status_code for _time in range(3)} == {200}
    # The same news in another message.
    assert send(message(known)).status_code == 200
    assert balance(cast) == 5000
    assert list(GatewayEvent.objects.order_by("id").values_list("kind", "state", "times")) == [
        ("payment.paid", "done", 3), ("payment.paid", "ignored", 1),
    ]  # fmt: skip


def test_what_is_not_signed_is_counted_with_a_sample(cast: Cast, known: SandboxPayment) -> None:
    headers, body = messages.signed(message(known), at=timezone.now())
    forged = [
        ({}, body),
        (headers | {"webhook-signature": "v1,AAAA"}, body),
        (headers, body.replace(b"5000", b"9000")),
        (headers | {"webhook-id": "another"}, body),
        (headers | {"webhook-timestamp": "NaN"}, body),
    ]
    assert {post(sent, given).status_code for given, sent in forged} == {400}
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        # Replayed, too late.
        assert post(body, headers).status_code == 400
    assert balance(cast) == 0
    assert not GatewayEvent.objects.exists()
    assert sum(RefusedEvent.objects.values_list("times", flat=True)) == 6
    assert "payment.paid" in RefusedEvent.objects.latest("hour").sample


def test_what_is_too_large_or_nobodys_is_turned_away(cast: Cast, known: SandboxPayment) -> None:
    headers, _body = messages.signed(message(known), at=timezone.now())
    assert post(b"x" * 300_000, headers).status_code == 413
    nobody = Client().post("/hooks/payments/nobody/", b"{}", content_type="application/json")
    assert nobody.status_code == 404
    assert Client().get(HOOK).status_code == 405


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 500000}, {"amount": 1}, {"currency": "USD"}, {"customer": "c-other"}, {"id": "another"}],
)
def test_what_does_not_fit_is_credited_never_and_shown_to_staff(
    cast: Cast, known: SandboxPayment, wrong: dict[str, Any], person: Any
) -> None:
    send(message(known, "challenged"))
    assert send(message(known, **wrong)).status_code == 200
    payment = Payment.objects.get(pk=known.reference)
    assert (payment.state, balance(cast)) == ("odd", 0)
    odd = GatewayEvent.objects.get(state="odd")
    assert odd.payment == payment
    staff: Person = person("stella.staff@example.com", is_staff=True, is_superuser=True)
    assert str(odd.note) in words(staff.client.get("/admin/billing/gatewayevent/?state__exact=odd"))


def test_what_does_not_fit_a_paid_one_changes_nothing(cast: Cast, known: SandboxPayment) -> None:
    send(message(known))
    send(message(known, amount=99))
    assert (Payment.objects.get().state, balance(cast)) == ("paid", 5000)
    assert GatewayEvent.objects.latest("id").state == "odd"


def test_messages_in_the_wrong_order_credit_once(cast: Cast, known: SandboxPayment) -> None:
    told = [message(known, state) for state in ("challenged", "processing", "paid")]
    for event in reversed(told):
        send(event)
    assert (Payment.objects.get().state, balance(cast)) == ("paid", 5000)


def test_a_payment_that_is_not_known_here_is_kept_for_staff(cast: Cast, known: SandboxPayment) -> None:
    elsewhere = make_payment(cast.acme, 5000, state="waiting", gateway="stripe", external_id="")
    for stray in (UUID(int=5), elsewhere.pk):
        send(message(known, reference=stray))
    assert balance(cast) == 0
    assert set(GatewayEvent.objects.values_list("state", "note")) == {
        ("odd", "It speaks of a payment that is not known here.")
    }


class Saying(Scripted):
    """Says one thing."""

    said: Message

    def read(self, headers: Any, body: bytes, *, now: Any) -> Message:
        return self.said


def test_what_could_not_be_settled_is_settled_when_it_comes_again(
    cast: Cast, known: SandboxPayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = message(known)
    headers, body = messages.signed(event, at=timezone.now())
    with monkeypatch.context() as dying:
        dying.setattr("billing.actions.payments.events.settle_payment", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take_message(Sandbox(), headers, body, now=timezone.now())
    assert (GatewayEvent.objects.get().state, balance(cast)) == ("waiting", 0)
    assert take_message(Sandbox(), headers, body, now=timezone.now()).state == "done"
    assert balance(cast) == 5000


def test_a_refund_that_nobody_asked_for_here_is_kept_for_staff_and_what_says_nothing_is_ignored(
    cast: Cast, known: SandboxPayment
) -> None:
    outcome = RefundOutcome(state="done", external_id="r", amount=100)
    gateway = Saying()
    gateway.key = "sandbox"
    for number, about in enumerate([{"refund": outcome, "payment_id": known.reference}, {}]):
        gateway.said = Message(external_id=str(number), kind="some", body={}, **about)  # type: ignore[arg-type]
        take_message(gateway, {}, b"", now=timezone.now())
    assert list(GatewayEvent.objects.order_by("id").values_list("state", flat=True)) == ["odd", "ignored"]
    assert not Entry.objects.exists()


def test_the_sandbox_sends_again_what_was_not_taken(
    cast: Cast, known: SandboxPayment, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.state = SandboxPayment.State.PAID
    messages.tell_of_payment(known)
    with monkeypatch.context() as down:
        down.setattr("billing.gateways.sandbox.messages.take_message", lambda *_, **__: 1 / 0)
        assert messages.send_messages() == 0
    assert messages.send_messages() == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert messages.send_messages() == 1
        assert messages.send_messages() == 0
    assert balance(cast) == 5000


def test_a_message_says_no_card_number(known: SandboxPayment) -> None:
    assert "number" not in json.dumps(message(known).body)


def test_not_signed_says_why() -> None:
    with pytest.raises(NotSigned, match="signature"):
        messages.read({}, b"{}", now=timezone.now())
