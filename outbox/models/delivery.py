"""A delivery: what must leave this console, and whether it did."""

from datetime import timedelta
from typing import ClassVar, Self, override

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from outbox.leases import LeasedQuerySet, pause_after


class DeliveryQuerySet[D: "Delivery"](LeasedQuerySet[D]):
    """Deliveries that wait for their turn."""

    @override
    def due(self) -> Self:
        """Those that wait, whose time has come, and that nobody has claimed."""
        return super().due().filter(state=Delivery.State.WAITING)

    def overdue(self, by: timedelta) -> Self:
        """Those that nobody has tried for longer than ``by`` although their time had come: workers are missing."""
        return self.filter(state=Delivery.State.WAITING, due_at__lt=timezone.now() - by)

    def wipe_bodies(self) -> int:
        """Forget what was written in them; links and codes go with it. The number of rows changed."""
        wiped = dict.fromkeys(self.model.BODIES, "")
        return self.exclude(**wiped).update(**wiped)


class Delivery(models.Model):
    """One thing that must leave this console once; written in the transaction of the change that causes it.

    ``BODIES`` names the fields that hold what was written: they are wiped once it has left, and staff never see them.
    One that still fails after ``PATIENCE`` is given up. ``LEARNED`` names what an attempt has learned, which is saved
    with its mark.
    """

    BODIES: ClassVar[tuple[str, ...]] = ()
    LEARNED: ClassVar[tuple[str, ...]] = ()
    PATIENCE: ClassVar[timedelta] = timedelta(days=3)

    class State(models.TextChoices):
        """Where a delivery stands."""

        WAITING = "waiting", pgettext_lazy("mail", "Waiting")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Failed")
        WITHDRAWN = "withdrawn", pgettext_lazy("mail", "Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # A sentence in English that names nobody; `trouble` says it in the reader's language.
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        abstract = True
        # Subclasses repeat these through Delivery.Meta.
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_sent_at_says_when_it_was_sent",
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["waiting", "failed", "withdrawn"], sent_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="%(app_label)s_%(class)s_due", condition=Q(state="waiting")),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still to be delivered."""
        return self.state == self.State.WAITING

    @property
    def is_wiped(self) -> bool:
        """Whether what was written in it is forgotten, so that it cannot be sent any more."""
        return not any(getattr(self, body) for body in self.BODIES)

    @property
    def is_too_late(self) -> bool:
        """Whether nobody has any use for it any more, so that it must not be sent."""
        return False

    @property
    def is_out_of_patience(self) -> bool:
        """Whether a failure from now on is the last one."""
        return timezone.now() - self.created_at >= self.PATIENCE

    @property
    def trouble(self) -> str:
        """Why it has not been delivered, as far as that is known; empty when nothing is wrong."""
        undelivered = self.state in {self.State.WAITING, self.State.FAILED}
        return gettext(self.last_error) if self.last_error and undelivered else ""

    def mark_sent(self) -> None:
        """It has left, if only a moment before it was withdrawn."""
        self.state, self.sent_at, self.last_error = self.State.SENT, timezone.now(), ""
        self.claimed_until = None
        unmarked = Q(state__in=[self.State.WAITING, self.State.WITHDRAWN])
        self._update(unmarked, "state", "sent_at", "last_error", "claimed_until", *self.LEARNED)

    def mark_failed(self, error: str, *, for_good: bool = False, pause: timedelta | None = None) -> bool:
        """This attempt failed because of ``error``: try again after ``pause``, or give up. Whether the row was marked.

        A claim that has run out and that somebody else has taken meanwhile is theirs to mark.
        """
        self.last_error = error
        self.claimed_until = None
        if for_good or self.is_out_of_patience:
            self.state = self.State.FAILED
        else:
            self.due_at = timezone.now() + (pause or pause_after(self.attempts))
        mine = Q(state=self.State.WAITING, attempts=self.attempts)
        return self._update(mine, "state", "due_at", "last_error", "claimed_until", *self.LEARNED)

    def let_go(self) -> None:
        """This attempt failed, and it was withdrawn meanwhile: what comes after it need not wait for the claim."""
        self.claimed_until = None
        self._update(Q(state=self.State.WITHDRAWN, attempts=self.attempts), "claimed_until")

    def _update(self, condition: Q, *fields: str) -> bool:
        rows = type(self)._default_manager.filter(condition, pk=self.pk)
        return bool(rows.update(**{field: getattr(self, field) for field in fields}))
