"""Cards that are kept: added, made the default, removed here and then at the gateway; told of before they expire."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from billing.actions.payments import forget_method, sweep_payments, tell_of_expiring_cards
from billing.gateways.base import Unreachable
from billing.models import Entry, Payment, PaymentMethod, SandboxCard
from tests.billing.making import account_of, make_method
from tests.billing.paying import LATER, address, begin, token_of, type_card
from tests.billing.scripted import use_scripted
from tests.cast import Cast
from tests.reading import body, mails_to, main_words, posts, words

pytestmark = pytest.mark.usefixtures("worker_here")


def keep(cast: Cast, number: str, django_capture_on_commit_callbacks: Any) -> PaymentMethod:
    bella, page = cast.bella.client, address(cast.acme, "methods/")
    sent = bella.post(f"{page}new/", {"token": token_of(bella, page)})
    assert "Keep a card" in main_words(bella.get(sent["Location"]))
    with django_capture_on_commit_callbacks(execute=True):
        back = type_card(bella, sent["Location"], number)["Location"]
    assert "The card is kept." in main_words(bella.get(back, follow=True))
    return PaymentMethod.objects.latest("id")


def test_a_card_is_kept_without_a_payment_and_declined_later(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    method = keep(cast, LATER, django_capture_on_commit_callbacks)
    assert method.is_default
    assert not Entry.objects.exists()
    # No payment of nothing is listed.
    assert "No payments yet" in main_words(cast.bella.client.get(address(cast.acme, "payments/")))
    assert "Visa •••• 0341 Default" in main_words(cast.bella.client.get(address(cast.acme, "methods/")))
    with django_capture_on_commit_callbacks(execute=True):
        page = cast.bella.client.get(begin(cast.bella.client, cast.acme, "20", method=str(method.pk)))
    assert "The card was declined. Nothing was taken." in main_words(page)
    # With the same card again, by its button.
    again = next(action for action in posts(page) if "/retry/" in action)
    with django_capture_on_commit_callbacks(execute=True):
        cast.bella.client.post(again)
    assert list(Payment.objects.exclude(amount=0).values_list("state", flat=True)) == ["failed", "failed"]


def test_another_card_becomes_the_default(cast: Cast) -> None:
    first, second = make_method(cast.acme), make_method(cast.acme, last4="1111")
    bella = cast.bella.client
    page = bella.post(address(cast.acme, f"methods/{second.pk}/default/"), follow=True)
    assert "Visa •••• 1111 is the default card now." in body(page)
    assert list(PaymentMethod.objects.filter(is_default=True)) == [second]
    # Removed, it leaves that to the other one; and is not asked for any more.
    asked = bella.get(address(cast.acme, f"methods/{second.pk}/removal/"))
    assert "Remove Visa •••• 1111?" in main_words(asked)
    bella.post(address(cast.acme, f"methods/{second.pk}/removal/"))
    assert list(PaymentMethod.objects.kept()) == [first]
    assert PaymentMethod.objects.get(is_default=True) == first
    assert bella.post(address(cast.acme, f"methods/{second.pk}/removal/")).status_code == 404


def test_the_gateway_forgets_a_removed_card_sooner_or_later(cast: Cast, settings: Any) -> None:
    gateway = use_scripted(settings)
    gateway.raises = [Unreachable()]
    method = make_method(cast.acme, gateway="scripted")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert not forget_method(method.pk)
        cast.bella.client.post(address(cast.acme, f"methods/{method.pk}/removal/"))
        assert not forget_method(method.pk)
        clock.shift(timedelta(seconds=6))
        assert sweep_payments() == 1
        assert not forget_method(method.pk)
    assert gateway.asked == ["forget", "forget"]
    method.refresh_from_db()
    assert method.forgotten_at


def test_the_sandbox_forgets_its_card(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    method = keep(cast, "4242424242424242", django_capture_on_commit_callbacks)
    assert SandboxCard.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        cast.bella.client.post(address(cast.acme, f"methods/{method.pk}/removal/"))
    assert not SandboxCard.objects.exists()


def test_a_card_that_expires_is_told_of_once(cast: Cast) -> None:
    make_method(cast.acme, expires_year=2027, expires_month=1)
    make_method(cast.rival, expires_year=2027, expires_month=2)
    with time_machine.travel(datetime(2026, 12, 30, 6, tzinfo=UTC)):
        assert (tell_of_expiring_cards(), tell_of_expiring_cards()) == (1, 0)
    (mail,) = mails_to("bella.billing@example.com", "card-expiring")
    assert mail.subject == "Visa •••• 4242 of Acme expires in 01/2027"


def test_cards_of_another_gateway_are_not_charged(cast: Cast, settings: Any) -> None:
    former = make_method(cast.acme, is_default=False)
    use_scripted(settings)
    now = make_method(cast.acme, gateway=settings.PAYMENT_GATEWAY)
    # From an old tab: what is charged stays the default.
    page = cast.bella.client.post(address(cast.acme, f"methods/{former.pk}/default/"), follow=True)
    assert "This card is no longer kept." in words(page)
    assert account_of(cast.acme).methods.get(is_default=True) == now
    now.delete()
    assert "Visa" not in main_words(cast.bella.client.get(address(cast.acme, "methods/")))
    assert 'name="method"' not in body(cast.bella.client.get(address(cast.acme, "payments/new/")))
    assert account_of(cast.acme).methods.count() == 1
