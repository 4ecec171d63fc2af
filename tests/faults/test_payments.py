"""Without Redis, and with a worker that dies between its gateway and our database, payments go on, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from billing.actions.payments import carry_refund, look_after, refund_payment
from billing.models import Entry, Payment, Refund
from organizations.actors import Actor
from outbox.leases import LEASE
from tests.billing.making import account_of, make_method
from tests.billing.paying import begin, pay
from tests.billing.scripted import use_scripted
from tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_without_redis_people_pay_and_refunds_wait_for_the_sweep(cast: Cast, use_redis: Callable[[str], None]) -> None:
    use_redis("redis://127.0.0.1:1/0")
    payment = pay(cast.bella.client, cast.acme)
    assert (payment.state, account_of(cast.acme).balance) == ("paid", 5000)
    refund_payment(payment=payment, amount=2000, note="Asked for", by=Actor.system())
    (waiting,) = Refund.objects.due()
    assert carry_refund(waiting.pk)


def test_a_worker_that_dies_after_it_charged_charges_once(cast: Cast, settings: Settings) -> None:
    gateway = use_scripted(settings)
    method = make_method(cast.acme, gateway="scripted")
    # The gateway has done it; the process is gone before it writes that down.
    gateway.raises = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        begin(cast.bella.client, cast.acme, method=str(method.pk))
    payment = Payment.objects.get()
    assert look_after(payment.pk).state == "started"
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=10)):
        assert look_after(payment.pk).state == "paid"
    assert gateway.asked == ["charge", "find"]
    assert Entry.objects.get().amount == 5000
