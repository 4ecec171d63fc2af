"""What is done with a service, from when somebody asks until it is settled, and what was seen of it on the way."""

from typing import ClassVar, Self, override

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.actors import ActorKind
from console.ids import uuid7
from outbox.leases import LeasedQuerySet
from outbox.models import Webhook
from projects.models.catalogue import ServiceSize
from projects.models.service import Service
from projects.models.service import State as ServiceState


class Verb(models.TextChoices):
    """What is asked for. The value goes to backends: never rename it."""

    CREATE = "create", pgettext_lazy("service", "create")
    START = "start", pgettext_lazy("service", "start")
    RESIZE = "resize", pgettext_lazy("service", "resize")
    STOP = "stop", pgettext_lazy("service", "stop")
    DELETE = "delete", pgettext_lazy("service", "delete")


class OperationQuerySet(LeasedQuerySet["Operation"]):
    """Sets of operations."""

    def open(self) -> Self:
        """Those that are not at their end."""
        return self.filter(state=Operation.State.OPEN)

    def done(self) -> Self:
        """Those that have succeeded."""
        return self.filter(state=Operation.State.DONE)

    def leaving_running(self) -> Self:
        """The last ones done with services that run since, as far as is known, whatever is being done with them now."""
        newer = Operation.objects.filter(service=OuterRef("service"), number__gt=OuterRef("number"), state="done")
        return self.done().filter(~Exists(newer), ends_in=ServiceState.RUNNING)

    @override
    def due(self) -> Self:
        """Those that a worker of ours carries out, and whose time has come."""
        return super().due().filter(state=Operation.State.OPEN, is_ours=True)


class Operation(models.Model):
    """One thing that is done with a service. A service has at most one at a time; who deletes replaces it.

    ``id``: what backends know it by, the same at each attempt (the idempotency key). ``number``: counts those of its
    service from 1: what comes with a lower one is older. ``ends_in``: the state that it leads to. ``size``: the size
    that is asked for. ``is_ours``: carried out by our worker (``due_at``, ``claimed_until``, ``attempts``:
    outbox.leases); else ``webhook`` calls the backend. ``accepted_at``: when the backend took it on; ``heard_at``: when
    it last said something; ``gave_up``: it failed because we waited long enough, so a late success still counts.
    """

    class State(models.TextChoices):
        """Where an operation stands."""

        OPEN = "open", pgettext_lazy("operation", "open")
        DONE = "done", pgettext_lazy("operation", "done")
        FAILED = "failed", pgettext_lazy("operation", "failed")
        REPLACED = "replaced", pgettext_lazy("operation", "replaced")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="operations", verbose_name=_("service"))
    number = models.PositiveIntegerField(_("number"))
    verb = models.CharField(_("operation"), max_length=6, choices=Verb)
    size = models.ForeignKey(ServiceSize, models.PROTECT, related_name="+", verbose_name=_("size"))
    ends_in = models.CharField(_("ends in"), max_length=12, choices=ServiceState)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    is_ours = models.BooleanField(default=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    webhook = models.OneToOneField(
        Webhook, models.SET_NULL, null=True, blank=True, related_name="operation", verbose_name=_("webhook")
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    heard_at = models.DateTimeField(_("last heard of"), null=True, editable=False)
    gave_up = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects: ClassVar[OperationQuerySet] = OperationQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=Q(state="open"), name="operation_one_at_a_time"),
            models.UniqueConstraint(fields=["service", "number"], name="operation_number_unique"),
            models.CheckConstraint(condition=Q(state="open") ^ Q(ended_at__isnull=False), name="operation_ends"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="operation_progress_in_percent"),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="operation_verb_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "failed", "replaced"]), name="operation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_in__in=[ServiceState.RUNNING, ServiceState.STOPPED, ServiceState.DELETED]),
                name="operation_leads_somewhere",
            ),
            models.CheckConstraint(condition=Q(gave_up=False) | Q(state="failed"), name="operation_gave_up_failed"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="operation_due")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether it is not at its end."""
        return self.state == self.State.OPEN


class Change(models.Model):
    """A line of a service's time line: what state it came into, when, and who or what brought that about.

    ``note``: what the backend said, or a sentence of ours in English, marked for translation. ``by``: the user;
    ``by_name``: of a key that is nobody's. Without either: the system, or the backend.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="changes", verbose_name=_("service"))
    operation = models.ForeignKey(
        Operation, models.CASCADE, related_name="changes", null=True, blank=True, verbose_name=_("operation")
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    state = models.CharField(_("state"), max_length=12, choices=ServiceState)
    note = models.CharField(_("note"), max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress"), null=True, blank=True)
    by_kind = models.CharField(_("by"), max_length=10, choices=[(kind.value, kind.value) for kind in ActorKind])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_name = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = [models.Index(fields=["service", "-id"], name="change_by_service")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}"
