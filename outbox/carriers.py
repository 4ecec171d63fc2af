"""How each kind of delivery leaves this console: one carrier for each model."""

from collections.abc import Sequence
from typing import Any, override
from uuid import UUID

from django.core.mail import mailers
from django.utils import timezone

from console import outbound, webhooks
from console.registry import registry
from outbox import gateways
from outbox.failures import Failure, NotTaken, call_failure, is_of_the_endpoint, mail_failure, text_failure
from outbox.models import Delivery, Endpoint, Mail, TextMessage, Webhook
from outbox.signals import bounced, given_up, taken

# Of those that waited for one to end, how many are woken up at once; the sweep finds the others.
FOLLOWERS = 5


class Carrier[D: Delivery]:
    """Takes deliveries of one model out of here."""

    def carry(self, delivery: D) -> bool:
        """Hand it over; whether what is written in it stays here, for ``/mailbox/``. Raises whatever goes wrong."""
        raise NotImplementedError

    def failure_of(self, error: Exception) -> Failure:
        """What an exception of ``carry`` means."""
        raise NotImplementedError

    def note_failure(self, delivery: D, failure: Failure) -> None:
        """Note what a failure says of others than this one; outside of any transaction."""

    def note_taken(self, delivery: D) -> None:
        """Tell the apps above that it has left; before the row is marked, and locked."""

    def note_given_up(self, delivery: D, failure: Failure) -> None:
        """Tell the apps above that it is not tried any more; before the row is marked, and locked."""

    def followers(self, delivery: D) -> Sequence[UUID]:
        """Those that waited for this attempt to end, and are due now."""
        return ()


class MailCarrier(Carrier[Mail]):
    """Mail leaves through the transport of Django's mail API."""

    @override
    def carry(self, delivery: Mail) -> bool:
        transport = mailers["transport"]
        message = delivery.message()
        if delivery.attached:
            file = registry.attachment(delivery.attached)
            message.attach(file.name, file.content, file.content_type)
        transport.send_messages([message])
        return bool(getattr(transport, "keeps_bodies", False))

    @override
    def failure_of(self, error: Exception) -> Failure:
        return mail_failure(error)

    @override
    def note_given_up(self, delivery: Mail, failure: Failure) -> None:
        if failure.for_good:
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


def call(endpoint: Endpoint, body: bytes, *, message_id: str) -> int:
    """Call an endpoint, signed with each of its secrets that counts; the status of its answer, which is one of success.

    Raises NotTaken for any other status, `console.outbound.NotReached` where nothing came back, and Unreadable where
    the key that sealed the secret is gone.
    """
    signed = webhooks.headers(endpoint.secrets, message_id=message_id, at=timezone.now(), body=body)
    answer = outbound.post(endpoint.url, body, {"content-type": "application/json", **signed}, keep=0)
    if not answer.is_success:
        raise NotTaken(answer.status, answer.headers.get("retry-after", ""))
    return answer.status


class WebhookCarrier(Carrier[Webhook]):
    """Webhooks leave by HTTP, checked and signed anew at each attempt (ATTACKS 32)."""

    @override
    def carry(self, delivery: Webhook) -> bool:
        # As it is now: the address or the secret may have changed since it was written.
        endpoint = Endpoint.objects.get(pk=delivery.endpoint_id)
        delivery.status = call(endpoint, delivery.body.encode(), message_id=str(delivery.pk))
        endpoint.note_answer()
        return False

    @override
    def failure_of(self, error: Exception) -> Failure:
        return call_failure(error)

    @override
    def note_failure(self, delivery: Webhook, failure: Failure) -> None:
        delivery.status = failure.reply_code
        endpoint = Endpoint.objects.get(pk=delivery.endpoint_id)
        if is_of_the_endpoint(failure):
            endpoint.note_failure()
        else:
            endpoint.note_answer()

    @override
    def note_taken(self, delivery: Webhook) -> None:
        taken.send(Webhook, webhook=delivery)

    @override
    def note_given_up(self, delivery: Webhook, failure: Failure) -> None:
        given_up.send(Webhook, webhook=delivery, for_good=failure.for_good)

    @override
    def followers(self, delivery: Webhook) -> Sequence[UUID]:
        same = Webhook.objects.due().filter(subject_id=delivery.subject_id, pk__gt=delivery.pk)
        return list(same.order_by("pk").values_list("pk", flat=True)[:FOLLOWERS])


CARRIERS: dict[type[Delivery], Carrier[Any]] = {
    Mail: MailCarrier(),
    TextMessage: TextCarrier(),
    Webhook: WebhookCarrier(),
}
# By the name that a wake-up carries.
MODELS: dict[str, type[Delivery]] = {str(model._meta.model_name): model for model in CARRIERS}
