"""Monitoring servers that report to the organization (text 003: *Connect PMM server*), and tokens to connect them."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from console.text import search_terms
from organizations.models import Membership, Organization

NAME_LENGTH = 80
ID_LENGTH = 100
URL_LENGTH = 500
VERSION_LENGTH = 60
TOKEN_LIFETIME = timedelta(minutes=30)
# Without a heartbeat for so long, a server counts as unreachable; it sends one each minute.
SILENT_AFTER = timedelta(minutes=5)
TOKEN_PREFIX = "cnsl_connect_"  # noqa: S105 -- how tokens begin
SECRET_PREFIX = "cnsl_server_"  # noqa: S105 -- how secrets begin
DIGEST_PURPOSE = "infrastructure.server"
# What the bell calls a server that is not heard of (infrastructure.notices).
SILENT_NOTICE = "server_silent"


class ServerTokenQuerySet(models.QuerySet["ServerToken"]):
    """Sets of tokens."""

    def usable(self) -> Self:
        """Those with which a server can still be connected."""
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class ServerToken(models.Model):
    """A token that a member made to connect one server, once, within 30 minutes; dead with the membership.

    ``digest``: keyed (console.sealing.fingerprint), for only that is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="server_tokens", verbose_name=_("organization")
    )
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="server_tokens", verbose_name=_("made by"))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects: ClassVar[ServerTokenQuerySet] = ServerTokenQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("connection token")
        verbose_name_plural = _("connection tokens")
        indexes = [models.Index(fields=["expires_at"], name="server_token_by_end")]

    def __str__(self) -> str:
        return f"{self.created_at}"


class ServerQuerySet(models.QuerySet["Server"]):
    """Sets of servers."""

    def reachable(self) -> Self:
        """Those that were heard of lately."""
        return self.filter(last_seen_at__gt=timezone.now() - SILENT_AFTER)

    def silent(self) -> Self:
        """Those that have not been heard of for `SILENT_AFTER`."""
        return self.filter(last_seen_at__lte=timezone.now() - SILENT_AFTER)

    def matching(self, term: str) -> Self:
        """Those whose name, address or id contains every word of ``term``; of a long one, the first ten words."""
        found = self
        for word in search_terms(term):
            found = found.filter(Q(name__icontains=word) | Q(url__icontains=word) | Q(external_id__icontains=word))
        return found


class Server(models.Model):
    """A monitoring server that is connected to the organization.

    ``external_id``: what it calls itself, one for each organization; ``secret_digest``: of the secret that it sends its
    heartbeats with; ``told_at``: when people were told that nothing is heard of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="servers", verbose_name=_("organization")
    )
    external_id = models.CharField(_("the server's id"), max_length=ID_LENGTH)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    url = models.URLField(_("address"), max_length=URL_LENGTH)
    version = models.CharField(_("version"), max_length=VERSION_LENGTH)
    secret_digest = models.CharField(max_length=64, unique=True, editable=False)
    connected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("connected by"),
    )
    connected_at = models.DateTimeField(_("connected"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last contact"), default=timezone.now)
    told_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[ServerQuerySet] = ServerQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        constraints = [
            models.UniqueConstraint(fields=["organization", "external_id"], name="server_connected_once"),
            models.CheckConstraint(condition=~Q(name=""), name="server_has_name"),
            models.CheckConstraint(condition=~Q(external_id=""), name="server_has_id"),
        ]
        indexes = [
            models.Index(fields=["organization", "name", "id"], name="server_by_name"),
            models.Index(fields=["last_seen_at"], condition=Q(told_at=None), name="server_silent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reachable(self) -> bool:
        """Whether it was heard of lately."""
        return self.last_seen_at > timezone.now() - SILENT_AFTER
