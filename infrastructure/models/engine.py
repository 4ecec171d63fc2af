"""Storage engines: where the projects of an organization keep their data, and whether that answers."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self, override

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from console.sealing import seal, unseal
from organizations.models import Organization
from outbox.leases import LeasedQuerySet
from projects.models import Project

NAME_LENGTH = 60
# What its password or secret key is sealed for (console.sealing).
SECRET_PURPOSE = "infrastructure.engine"  # noqa: S105 -- what secrets are sealed for, and none itself
# What the bell calls one that fails (infrastructure.notices).
FAILING_NOTICE = "engine_failing"


class Kind(models.TextChoices):
    """What an engine is."""

    POSTGRESQL = "postgresql", "PostgreSQL"
    S3 = "s3", _("S3 object storage")


class Health(models.TextChoices):
    """What the last check found."""

    UNKNOWN = "unknown", pgettext_lazy("engine", "not checked yet")
    HEALTHY = "healthy", pgettext_lazy("engine", "healthy")
    FAILING = "failing", pgettext_lazy("engine", "failing")


class Stage(models.TextChoices):
    """Where a connection failed, in the order in which it is made."""

    NAME = "name", pgettext_lazy("connection", "name")
    NETWORK = "network", pgettext_lazy("connection", "network")
    TLS = "tls", "TLS"
    SIGN_IN = "sign_in", pgettext_lazy("connection", "sign-in")
    RIGHTS = "rights", pgettext_lazy("connection", "rights")


class StorageEngineQuerySet(LeasedQuerySet["StorageEngine"]):
    """Sets of storage engines; `due`: those whose hourly check has come."""

    @override
    def due(self) -> Self:
        """Those whose check has come, of organizations that are open."""
        return super().due().exclude(organization__status="closed")


class StorageEngine(models.Model):
    """A database or object storage of the organization's own.

    ``config``: what the kind needs and anybody who sees the engine may read: for PostgreSQL ``host``, ``port``,
    ``database``, ``user``, ``tls`` ("verify-full", "require", "disable"), ``authority`` (PEM); for S3 ``endpoint``,
    ``region``, ``bucket``, ``access_key_id``, ``path_style``. ``sealed_secret``: its password or secret key.
    ``health``, ``problem_stage``, ``problem`` (a sentence in English, marked for translation, that names nothing):
    what the last check found. Checks are claimed as leases are (outbox.leases).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="storage_engines", verbose_name=_("organization")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    config = models.JSONField(_("configuration"), default=dict)
    sealed_secret = models.TextField(editable=False)
    is_default = models.BooleanField(_("default"), default=False)
    health = models.CharField(_("health"), max_length=8, choices=Health, default=Health.UNKNOWN)
    problem_stage = models.CharField(max_length=8, choices=Stage, blank=True, editable=False)
    problem = models.CharField(max_length=200, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(_("next check"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveBigIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[StorageEngineQuerySet] = StorageEngineQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("storage engine")
        verbose_name_plural = _("storage engines")
        constraints = [
            models.UniqueConstraint(F("organization"), Lower("name"), name="engine_name_unique"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_default=True), name="engine_default_is_one"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="engine_has_name"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="engine_kind_known"),
            models.CheckConstraint(condition=Q(health__in=Health.values), name="engine_health_known"),
            models.CheckConstraint(condition=Q(health="failing") ^ Q(failing_since=None), name="engine_fails_since"),
        ]
        indexes = [
            models.Index(fields=["organization", "name", "id"], name="engine_by_name"),
            models.Index(fields=["due_at"], name="engine_due"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """The password or secret key, opened: for a connection, never for a page."""
        return unseal(self.sealed_secret, purpose=SECRET_PURPOSE)

    def set_secret(self, secret: str) -> None:
        """Keep the password or secret key, sealed; saved by the caller."""
        self.sealed_secret = seal(secret, purpose=SECRET_PURPOSE)

    @property
    def trouble(self) -> str:
        """What the last check found wrong, in the reader's language; empty where nothing is."""
        return gettext(self.problem) if self.problem else ""

    @property
    def place(self) -> str:
        """Where it is, on one line: the database at its host, the bucket at its endpoint."""
        return place_of(self.kind, self.config)

    def check_anew(self) -> None:
        """Forget what the last check found, and let the next one come at once; saved by the caller.

        A worker that is checking at this moment has lost its claim.
        """
        self.attempts += 1
        self.claimed_until, self.due_at = None, timezone.now()
        self.health, self.problem_stage, self.problem, self.failing_since = Health.UNKNOWN, "", "", None


def place_of(kind: str, config: Mapping[str, Any]) -> str:
    """Where an engine of that kind and configuration is, on one line."""
    if kind == Kind.POSTGRESQL:
        host = f"[{config['host']}]" if ":" in config["host"] else config["host"]
        return f"{host}:{config['port']}/{config['database']}"
    return f"{config['endpoint']}/{config['bucket']}"


class EngineCheck(models.Model):
    """One check of an engine, for its time line; kept for 30 days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engine = models.ForeignKey(StorageEngine, models.CASCADE, related_name="checks", verbose_name=_("engine"))
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    # Empty: it answered.
    problem_stage = models.CharField(max_length=8, choices=Stage, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    class Meta:
        verbose_name = _("check of an engine")
        verbose_name_plural = _("checks of engines")
        indexes = [models.Index(fields=["engine", "-checked_at"], name="engine_check_by_time")]

    def __str__(self) -> str:
        return f"{self.checked_at}"


class ProjectEngine(models.Model):
    """The engine that a project keeps its data in; while there is one, the engine stays."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="engine_link", verbose_name=_("project")
    )
    # It goes with the project, and then the engine may go: both end with a personal account at once.
    engine = models.ForeignKey(StorageEngine, models.RESTRICT, related_name="links", verbose_name=_("engine"))
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("engine of a project")
        verbose_name_plural = _("engines of projects")

    def __str__(self) -> str:
        return f"{self.engine_id}"
