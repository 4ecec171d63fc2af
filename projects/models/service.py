"""What runs in a project."""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from console.sealing import seal, unseal
from organizations.actors import Actor
from organizations.roles import Permission
from projects.models.catalogue import ServiceKind, ServiceSize
from projects.models.project import Project

NAME_LENGTH = 60
REASON_LENGTH = 200
OUTPUT_NAME_LENGTH = 60
OUTPUT_VALUE_LENGTH = 1000
OUTPUT_PURPOSE = "projects.output"
# What awaits whoever asked for something, behind the bell.
SETTLED_NOTICE = "service_settled"
FAILED_NOTICE = "service_failed"
REPLACED_NOTICE = "service_replaced"


class State(models.TextChoices):
    """Where a service stands (issue: requested → provisioning → running → stopping → stopped → deleted, or failed)."""

    REQUESTED = "requested", pgettext_lazy("service", "requested")
    PROVISIONING = "provisioning", pgettext_lazy("service", "provisioning")
    RUNNING = "running", pgettext_lazy("service", "running")
    STOPPING = "stopping", pgettext_lazy("service", "stopping")
    STOPPED = "stopped", pgettext_lazy("service", "stopped")
    DELETED = "deleted", pgettext_lazy("service", "deleted")
    FAILED = "failed", pgettext_lazy("service", "failed")


# In these nothing more happens by itself.
SETTLED = frozenset({State.RUNNING, State.STOPPED, State.DELETED, State.FAILED})


class ServiceQuerySet(models.QuerySet["Service"]):
    """Sets of services."""

    def present(self) -> Self:
        """Those that are there: not deleted."""
        return self.exclude(state=State.DELETED)

    def busy(self) -> Self:
        """Those that run, or may: all but what is stopped or deleted, and what failed and never came to be."""
        came_to_be = self.model._default_manager.filter(pk=models.OuterRef("pk"), operations__state="done")
        never_was = Q(state=State.FAILED) & ~models.Exists(came_to_be)
        return self.exclude(state__in=[State.STOPPED, State.DELETED]).exclude(never_was)

    def counted(self) -> dict[UUID, dict[str, int]]:
        """How many there are in each project, by their states; in one query."""
        found: dict[UUID, dict[str, int]] = {}
        rows = self.order_by().values_list("project", "state").annotate(models.Count("pk"))
        for project, state, number in rows:
            found.setdefault(project, {})[state] = number
        return found


class Service(models.Model):
    """Something of a kind of the catalogue that runs in a project.

    ``parameters``: what was typed into the kind's form. ``reason``: why it failed, a sentence in English that names
    nobody, or what the backend said. ``state_since``: when it came into its state. One that is deleted is kept, with
    what happened to it, as long as its project.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="services", verbose_name=_("project"))
    kind = models.ForeignKey(ServiceKind, models.PROTECT, related_name="services", verbose_name=_("kind"))
    size = models.ForeignKey(ServiceSize, models.PROTECT, related_name="services", verbose_name=_("size"))
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REQUESTED)
    state_since = models.DateTimeField(_("since"), default=timezone.now)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                "project", Lower("name"), condition=~Q(state="deleted"), name="service_name_unique"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="service_has_name"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="service_state_known"),
            models.CheckConstraint(condition=Q(state=State.FAILED) ^ Q(reason=""), name="service_failed_for_a_reason"),
        ]
        indexes = [models.Index(fields=["project", "-id"], name="service_by_project")]

    def __str__(self) -> str:
        return self.name

    @property
    def organization_id(self) -> UUID:
        """Whose it is."""
        return self.project.organization_id

    def permissions_of(self, actor: Actor) -> frozenset[Permission]:
        """What an actor may do with it: what the project says."""
        return self.project.permissions_of(actor)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more happens by itself: pages need not ask again."""
        return self.state in SETTLED

    @property
    def is_present(self) -> bool:
        """Whether it is there."""
        return self.state != State.DELETED

    @property
    def trouble(self) -> str:
        """Why it failed, in the reader's language; empty where it has not."""
        return gettext(self.reason) if self.reason else ""


class Output(models.Model):
    """Something that a service came with: an address, a user name, a password.

    ``value`` is open, ``sealed`` is what is secret (console.sealing). One that is ``shown_once`` is wiped when somebody
    has seen it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="outputs", verbose_name=_("service"))
    name = models.CharField(_("name"), max_length=OUTPUT_NAME_LENGTH)
    value = models.CharField(_("value"), max_length=OUTPUT_VALUE_LENGTH, blank=True)
    sealed = models.TextField(editable=False, blank=True)
    is_secret = models.BooleanField(_("secret"), default=False)
    shown_once = models.BooleanField(_("shown once"), default=False)
    shown_at = models.DateTimeField(_("shown"), null=True, editable=False)

    class Meta:
        verbose_name = _("output")
        verbose_name_plural = _("outputs")
        constraints = [
            models.UniqueConstraint(fields=["service", "name"], name="output_once"),
            models.CheckConstraint(
                condition=Q(is_secret=False, sealed="") | Q(is_secret=True, value=""), name="output_secret_is_sealed"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def close(self, secret: str) -> None:
        """Keep a secret; saved by the caller."""
        self.is_secret, self.value, self.sealed = True, "", seal(secret, purpose=OUTPUT_PURPOSE)

    def open(self) -> str:
        """What it says; empty once it was shown its one time.

        Raises Unreadable where the key that sealed it is gone.
        """
        if not self.is_secret:
            return self.value
        return unseal(self.sealed, purpose=OUTPUT_PURPOSE) if self.sealed else ""
