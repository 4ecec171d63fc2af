"""How each kind of delivery leaves this console: one carrier for each model."""

from typing import Any, override

from django.core.mail import mailers

from outbox import gateways
from outbox.failures import Failure, mail_failure, text_failure
from outbox.models import Delivery, Mail, TextMessage
from outbox.signals import bounced


class Carrier[D: Delivery]:
    """Takes deliveries of one model out of here."""

    def carry(self, delivery: D) -> bool:
        """Hand it over; whether what is written in it stays here, for ``/mailbox/``. Raises whatever goes wrong."""
        raise NotImplementedError

    def failure_of(self, error: Exception) -> Failure:
        """What an exception of ``carry`` means."""
        raise NotImplementedError

    def note_refusal(self, delivery: D) -> None:
        """Tell the apps above that its recipient is refused for good; before the row is marked, and locked."""


class MailCarrier(Carrier[Mail]):
    """Mail leaves through the transport of Django's mail API."""

    @override
    def carry(self, delivery: Mail) -> bool:
        transport = mailers["transport"]
        transport.send_messages([delivery.message()])
        return bool(getattr(transport, "keeps_bodies", False))

    @override
    def failure_of(self, error: Exception) -> Failure:
        return mail_failure(error)

    @override
    def note_refusal(self, delivery: Mail) -> None:
        bounced.send(Mail, mail=delivery)


class TextCarrier(Carrier[TextMessage]):
    """Text messages leave through the gateway that the settings name; who waits for a code sees that none came."""

    @override
    def carry(self, delivery: TextMessage) -> bool:
        gateway = gateways.current()
        gateway.send(delivery.number, delivery.text)
        return gateway.keeps_texts

    @override
    def failure_of(self, error: Exception) -> Failure:
        return text_failure(error)


CARRIERS: dict[type[Delivery], Carrier[Any]] = {Mail: MailCarrier(), TextMessage: TextCarrier()}
# By the name that a wake-up carries.
MODELS: dict[str, type[Delivery]] = {str(model._meta.model_name): model for model in CARRIERS}
