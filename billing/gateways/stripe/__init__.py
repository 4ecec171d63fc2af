"""Stripe: cards are typed on its pages (Checkout), and charged later by what it keeps (Payment Intents).

`client` talks to it, `outcomes` says what its objects mean for us, `declines` says why a card did not pay, `messages`
reads what it sends, `gateway` puts them together.
"""

from billing.gateways.stripe.gateway import Stripe

__all__ = ["Stripe"]
