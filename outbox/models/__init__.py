"""Deliveries: what must leave this console, and whether it did: mails, text messages and webhooks."""

from outbox.models.delivery import Delivery, DeliveryQuerySet
from outbox.models.mail import Mail, TextMessage
from outbox.models.suppression import Suppression
from outbox.models.webhook import Endpoint, Receipt, Webhook

__all__ = ["Delivery", "DeliveryQuerySet", "Endpoint", "Mail", "Receipt", "Suppression", "TextMessage", "Webhook"]
