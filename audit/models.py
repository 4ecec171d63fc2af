"""Events and, beside each, what identifies a person."""

from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.actors import ActorKind
from console.ids import uuid7


class AppendOnlyError(RuntimeError):
    """An event was to be changed or deleted."""


class AppendOnlyQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that are written once: neither changed nor deleted in bulk."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: what is written stays as it is."""
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> Any:
        """Refuse: what is written stays."""
        raise AppendOnlyError(self.model.__name__)


class WriteOnce(models.Model):
    """A row that is never changed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row for the first time.

        Raises AppendOnlyError for a row that is already there.
        """
        if not self._state.adding:
            raise AppendOnlyError(type(self).__name__)
        super().save(*args, **kwargs)


class AppendOnly(WriteOnce):
    """A row that is written once, and stays."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: events stay."""
        raise AppendOnlyError(type(self).__name__)


class Event(AppendOnly):
    """One thing that was done or denied. Holds ids only: no name, address or other personal detail."""

    class Outcome(models.TextChoices):
        """Whether it happened."""

        DONE = "done", _("done")
        DENIED = "denied", _("denied")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    action = models.CharField(_("action"), max_length=60)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome, default=Outcome.DONE)
    organization_id = models.UUIDField(_("organization"), null=True)
    actor_kind = models.CharField(_("actor"), max_length=7, choices=[(k.value, k.value) for k in ActorKind])
    actor_id = models.UUIDField(null=True)
    # The API key that it was done with; the only actor where the key is nobody's.
    key_id = models.UUIDField(_("API key"), null=True)
    subject_id = models.UUIDField(_("user whose account it concerns"), null=True)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organization_id", "-id"], name="event_by_organization"),
            models.Index(fields=["subject_id", "-id"], name="event_by_subject"),
            # What a person did and what was done to one row, to erase who it was (audit.erasure).
            models.Index(fields=["actor_id"], condition=models.Q(actor_id__isnull=False), name="event_by_actor"),
            models.Index(
                fields=["target_id", "-id"], condition=models.Q(target_id__isnull=False), name="event_by_target"
            ),
            # What the filters of an organization's log ask for, each as rare as it may be.
            models.Index(fields=["organization_id", "action", "-id"], name="event_by_action"),
            models.Index(
                fields=["organization_id", "actor_id", "-id"],
                condition=models.Q(actor_id__isnull=False),
                name="event_by_actor_there",
            ),
            models.Index(fields=["key_id", "-id"], condition=models.Q(key_id__isnull=False), name="event_by_key"),
            models.Index(
                fields=["organization_id", "-id"], condition=models.Q(outcome="denied"), name="event_denied_there"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=[ActorKind.SYSTEM, ActorKind.VISITOR])
                | models.Q(actor_id__isnull=False)
                | models.Q(actor_kind=ActorKind.KEY, key_id__isnull=False),
                name="event_names_its_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.outcome})"

    @property
    def chain_id(self) -> UUID:
        """The chain that it stands in."""
        return self.organization_id or self.subject_id or Chain.DEPLOYMENT


class Chain(models.Model):
    """The log of one organization, of one user's account, or (`DEPLOYMENT`) of what is neither's, and where it ends.

    ``id``: the organization's or the user's; ``position`` and ``hash``: of its last link, 0 and empty before the first.
    An event stands in one chain: its organization's, else its subject's, else that of the deployment.
    """

    DEPLOYMENT = UUID(int=0)

    id = models.UUIDField(primary_key=True, editable=False)
    position = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("chain")
        verbose_name_plural = _("chains")

    def __str__(self) -> str:
        return str(self.id)


class Unlinked(models.Model):
    """An event that has no place in its chain yet: written with the event, gone once it is linked (audit.chaining).

    A mark of how far the log is linked would pass over what commits late: ids are given before the commit.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="unlinked")
    chain_id = models.UUIDField(_("chain"))

    class Meta:
        verbose_name = _("event that is not linked yet")
        verbose_name_plural = _("events that are not linked yet")
        indexes = [models.Index(fields=["chain_id", "event"], name="unlinked_by_chain")]

    def __str__(self) -> str:
        return str(self.event_id)


class Link(AppendOnly):
    """An event's place in its chain: ``hash`` is over the former link's hash and all that the event says.

    Made after the event was committed, one at a time in each chain (audit.chaining).
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="link")
    chain = models.ForeignKey(Chain, models.CASCADE, related_name="links")
    position = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="link_position_once")]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.position}"


class CheckPoint(WriteOnce):
    """Where a chain begins after older events were pruned: the last link that is gone, so that the rest verifies."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain = models.ForeignKey(Chain, models.CASCADE, related_name="check_points")
    position = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)
    pruned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("check point")
        verbose_name_plural = _("check points")
        constraints = [models.UniqueConstraint(fields=["chain", "position"], name="check_point_position_once")]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.position}"


class Detail(models.Model):
    """What identifies a person in an event: lies beside it, so that it can be erased and the event stays.

    ``organization_id`` is the event's, so that a name is looked for in one log; ``key_name``: what the API key was
    called that it was done with.
    """

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="detail")
    organization_id = models.UUIDField(null=True)
    actor = models.CharField(_("actor"), max_length=254, blank=True)
    key_name = models.CharField(_("name of the API key"), max_length=254, blank=True)
    target = models.CharField(_("target"), max_length=254, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    # What people typed, before and after, by field: it may say anything about anybody.
    texts = models.JSONField(_("texts"), default=dict)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("detail")
        verbose_name_plural = _("details")

    def __str__(self) -> str:
        return self.actor
