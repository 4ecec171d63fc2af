"""Stripe as a payment gateway.

What a person types goes to Stripe's own page (a Checkout Session); what is charged later is a PaymentIntent with a card
that Stripe keeps. A payment's id at Stripe (``external_id``) is that of its session, or of its intent where there is no
session; both bear our id as ``metadata.payment``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, override

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from django.utils.translation import gettext_noop

from billing.gateways.base import Gateway, Message, NotAccepted, Outcome, RefundOutcome
from billing.gateways.stripe import outcomes, params
from billing.gateways.stripe.client import asking, looking, make_client
from billing.gateways.stripe.messages import Reader
from billing.models import Account, Customer, Payment, PaymentMethod, Refund

# Stripe forgets idempotency keys after 24 hours: what is older is looked for, and never asked for again.
KEY_LASTS = timedelta(hours=23)
# Given with what is looked at, so that the card's name comes with it.
OF_SESSION = ["payment_intent.payment_method", "setup_intent.payment_method"]
OF_INTENT = ["payment_method"]

TOO_LATE = gettext_noop("The payment was begun too long ago. Make another one.")
NOT_REFUNDED = gettext_noop("The payment service does not give this back. See its own pages for the reason.")
ASKS = "authentication_required"


class Stripe(Gateway):
    """Cards by way of Stripe. ``client``: the library's, made with the settings where there is none.

    Raises ImproperlyConfigured without STRIPE_SECRET_KEY.
    """

    key = "stripe"

    def __init__(self, client: stripe.StripeClient | None = None) -> None:
        key = settings.STRIPE_SECRET_KEY
        if not key:
            raise ImproperlyConfigured("STRIPE_SECRET_KEY is not set.")
        self.is_real = is_live(key)
        self._stripe = (client or make_client(key)).v1
        self._reader = Reader(secrets=webhook_secrets(), is_live=self.is_real, gateway=self)

    @override
    def begin(self, payment: Payment, *, back: str) -> Outcome:
        _check_age(payment)
        asked = params.session(payment, back)
        with asking("begin"):
            asked["customer"] = self._customer(payment.account)
            session = self._stripe.checkout.sessions.create(asked, params.once(payment.pk))
        return outcomes.of_session(session.to_dict())

    @override
    def charge(self, payment: Payment, method: PaymentMethod, *, back: str) -> Outcome:
        _check_age(payment)
        asked = params.charge(payment, method, back)
        try:
            with asking("charge"):
                asked["customer"] = self._customer(payment.account)
                intent = self._stripe.payment_intents.create(asked, params.once(payment.pk))
        except stripe.CardError as declined:
            return self._declined(payment, method, declined, back)
        return outcomes.of_intent(intent.to_dict())

    @override
    def find(self, payment: Payment) -> Outcome | None:
        return self.find_session(payment.external_id) if payment.external_id.startswith("cs_") else self._find(payment)

    def find_session(self, external_id: str) -> Outcome | None:
        """What became of a session; None where there is none of that id. Raises Unreachable."""
        with looking("session"):
            try:
                session = self._stripe.checkout.sessions.retrieve(external_id, {"expand": OF_SESSION})
            except stripe.InvalidRequestError as error:
                _pass_missing(error)
                return None
        return outcomes.of_session(session.to_dict())

    def find_intent(self, external_id: str) -> Mapping[str, Any] | None:
        """A PaymentIntent as it is now; None where there is none of that id. Raises Unreachable."""
        with looking("intent"):
            try:
                return self._stripe.payment_intents.retrieve(external_id, {"expand": OF_INTENT}).to_dict()
            except stripe.InvalidRequestError as error:
                _pass_missing(error)
                return None

    @override
    def abandon(self, payment: Payment) -> None:
        found = self.find(payment)
        if found is None or found.state != "waiting":
            return
        with looking("abandon"):
            try:
                if found.external_id.startswith("cs_"):
                    self._stripe.checkout.sessions.expire(found.external_id)
                else:
                    self._stripe.payment_intents.cancel(found.external_id)
            except stripe.InvalidRequestError:
                # Paid, or over, at this moment: `find` says which.
                return

    @override
    def refund(self, refund: Refund) -> RefundOutcome:
        intent = self._intent_of(refund.payment)
        with asking("refund", NOT_REFUNDED):
            made = self._refund_made(refund, intent)
            if made is None:
                made = self._stripe.refunds.create(
                    {
                        "payment_intent": intent,
                        "amount": refund.amount,
                        "metadata": {"refund": str(refund.pk), "payment": str(refund.payment_id)},
                    },
                    params.once(refund.pk),
                )
        return outcomes.of_refund(made.to_dict())

    @override
    def forget(self, method: PaymentMethod) -> None:
        with looking("forget"):
            try:
                self._stripe.payment_methods.detach(method.external_id)
            except stripe.InvalidRequestError:
                # It keeps none of that id, or for nobody: so it is forgotten.
                return

    @override
    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Message:
        return self._reader.read(headers, body, now=now)

    def _declined(self, payment: Payment, method: PaymentMethod, declined: stripe.CardError, back: str) -> Outcome:
        """What a card's no means; where the bank only wants its holder to be asked, that is what is done."""
        intent = _intent_in(declined)
        if intent and payment.is_refill and ASKS in {declined.code, outcomes.decline_code(intent)}:
            try:
                with asking("confirm"):
                    confirmed = self._stripe.payment_intents.confirm(
                        str(intent["id"]),
                        {"payment_method": method.external_id, "return_url": back},
                        params.once(payment.pk, "confirm"),
                    )
                return outcomes.of_intent(confirmed.to_dict())
            except stripe.CardError as again:
                declined, intent = again, _intent_in(again) or intent
        return outcomes.of_decline(payment.amount, payment.account.currency, declined.code or "", intent)

    def _find(self, payment: Payment) -> Outcome | None:
        """A payment by its intent, or by ours where the answer never came: it bears our id."""
        intent = self.find_intent(payment.external_id) if payment.external_id else self._listed_intent(payment)
        if intent is not None:
            return outcomes.of_intent(intent)
        session = "" if payment.external_id else self._listed_session(payment)
        return self.find_session(session) if session else None

    def _listed_intent(self, payment: Payment) -> Mapping[str, Any] | None:
        customer = _known(payment.account)
        if customer is None or payment.method_id is None:
            return None
        with looking("intents"):
            listed = self._stripe.payment_intents.list(
                {
                    "customer": customer,
                    "created": params.around(payment),
                    "limit": 100,
                    "expand": ["data.payment_method"],
                }
            )
            found = (intent.to_dict() for intent in listed.auto_paging_iter())
            return next((intent for intent in found if outcomes.our_id(intent, "payment") == payment.pk), None)

    def _listed_session(self, payment: Payment) -> str:
        customer = _known(payment.account)
        if customer is None or payment.method_id is not None:
            return ""
        with looking("sessions"):
            listed = self._stripe.checkout.sessions.list(
                {"customer": customer, "created": params.around(payment), "limit": 100}
            )
            mine = (one.id for one in listed.auto_paging_iter() if one.client_reference_id == str(payment.pk))
            return next(mine, "")

    def _intent_of(self, payment: Payment) -> str:
        if not payment.external_id.startswith("cs_"):
            return payment.external_id
        with asking("session of a refund", NOT_REFUNDED):
            session = self._stripe.checkout.sessions.retrieve(payment.external_id)
        return outcomes.id_of(session.to_dict().get("payment_intent"))

    def _refund_made(self, refund: Refund, intent: str) -> stripe.Refund | None:
        """What was asked for before and never answered, or is known; the key alone would not do after a day."""
        if refund.external_id:
            return self._stripe.refunds.retrieve(refund.external_id)
        listed = self._stripe.refunds.list({"payment_intent": intent, "limit": 100})
        found = (one for one in listed.auto_paging_iter() if outcomes.our_id(one.to_dict(), "refund") == refund.pk)
        return next(found, None)

    def _customer(self, account: Account) -> str:
        """The customer that stands for an account; made once, with nothing about people."""
        known = _known(account)
        if known is not None:
            return known
        made = self._stripe.customers.create(
            {"metadata": {"account": str(account.pk)}}, params.once(account.pk, "customer")
        )
        row, _is_new = Customer.objects.get_or_create(
            account=account, gateway=self.key, defaults={"external_id": made.id}
        )
        return row.external_id


def is_live(key: str) -> bool:
    """Whether money moves with this key: a secret or a restricted one of live mode."""
    return key.startswith(("sk_live_", "rk_live_"))


def webhook_secrets() -> list[str]:
    """Those with which messages may be signed: two while one is replaced by the other."""
    return [secret for secret in (one.strip() for one in settings.STRIPE_WEBHOOK_SECRET.split(",")) if secret]


def _known(account: Account) -> str | None:
    known = Customer.objects.filter(account=account, gateway=Stripe.key)
    return known.values_list("external_id", flat=True).first()


def _check_age(payment: Payment) -> None:
    if timezone.now() - payment.asked_at > KEY_LASTS:
        raise NotAccepted(TOO_LATE)


def _pass_missing(error: stripe.InvalidRequestError) -> None:
    """Let pass that something is not there; anything else is an error."""
    if error.code != "resource_missing":
        raise error


def _intent_in(declined: stripe.CardError) -> Mapping[str, Any]:
    said = declined.json_body.get("error", {}) if isinstance(declined.json_body, Mapping) else {}
    intent = said.get("payment_intent")
    return intent if isinstance(intent, Mapping) else {}
