"""Endpoints and calls for tests, and signatures that are not the console's own: typed from Standard Webhooks."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID

from django.utils import timezone

from outbox.actions import deliver, enqueue
from outbox.models import Endpoint, Webhook
from tests.fixtures.receiver import Got

SECRET = "whsec_" + base64.b64encode(b"the secret of the first backend").decode()
SUBJECT = UUID("0198c0de-0000-7000-8000-000000000001")


def make_endpoint(url: str, name: str = "Databases", secret: str = SECRET) -> Endpoint:
    """An endpoint that signs with ``secret``."""
    endpoint = Endpoint(name=name, url=url)
    endpoint.set_secret(secret)
    endpoint.save()
    return endpoint


def write(endpoint: Endpoint, kind: str = "service.create", subject: UUID = SUBJECT, **said: Any) -> Webhook:
    """A call that waits."""
    return enqueue(Webhook(endpoint=endpoint, kind=kind, subject_id=subject, body=json.dumps({"type": kind, **said})))


def send(webhook: Webhook) -> bool:
    """Let a worker deliver it, if it is due; whether it was sent."""
    return deliver(webhook.pk, Webhook)


def as_it_is(webhook: Webhook) -> Webhook:
    """The call as the database has it now."""
    return Webhook.objects.get(pk=webhook.pk)


def signed(secret: str, message_id: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers of a message that is signed with a secret, now or ``at`` a time."""
    sent_at = str(int(timezone.now().timestamp() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, b".".join([message_id.encode(), sent_at.encode(), body]), hashlib.sha256)
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": message_id, "webhook-timestamp": sent_at, "webhook-signature": signature}


def is_signed(got: Got, secret: str) -> bool:
    """Whether one of a call's signatures is by this secret."""
    wanted = signed(secret, got.headers["webhook-id"], got.body, float(got.headers["webhook-timestamp"]))
    return wanted["webhook-signature"] in got.headers["webhook-signature"].split(" ")
