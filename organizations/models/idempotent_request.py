"""What was answered to requests with an ``Idempotency-Key``."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7

# What a kept answer is sealed for (console.sealing).
PURPOSE = "organizations.idempotent_request"
# How long an answer is kept; after that the same name is a new one.
KEPT = timedelta(hours=24)


class IdempotentRequest(models.Model):
    """A request that was sent with an ``Idempotency-Key``, and what it was answered: sent again, it is answered so.

    Written in the transaction of what it did: either both are there or neither. ``fingerprint``: of the method, the
    path and the body; ``body``: sealed, since an answer may hold a secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.ForeignKey("organizations.ApiKey", models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [models.UniqueConstraint(fields=["key", "idempotency_key"], name="idempotent_request_once")]

    def __str__(self) -> str:
        return self.idempotency_key
