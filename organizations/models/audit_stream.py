"""Where an organization's events are sent to as they happen."""

from typing import Any, ClassVar, Self, override

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.models import Chain, Event, Link
from console.ids import uuid7
from organizations.models.organization import Organization, Status
from outbox.leases import LEASE, LeasedQuerySet, pause_after
from outbox.signing import Signing

# What the bell calls a stream of which nothing arrives (organizations.notices).
STREAM_NOTICE = "stream_failing"


def _closings(organization: Any) -> models.QuerySet[Link, int]:
    """The places in its chain where an organization was closed, the last one first."""
    events = {"event__organization_id": organization, "event__action": "organization.closed"}
    links = Link.objects.filter(chain=organization, event__outcome=Event.Outcome.DONE, **events)
    return links.order_by("-position").values_list("position", flat=True)


class AuditStreamQuerySet(LeasedQuerySet["AuditStream"]):
    """Sets of streams."""

    @override
    def due(self) -> Self:
        """Those that have something to send (`AuditStream.sendable`), whose time has come, and that are nobody's."""
        waiting = Chain.objects.filter(pk=OuterRef("organization"), position__gt=OuterRef("position"))
        closed_at = Subquery(_closings(OuterRef("organization"))[:1])
        goes_on = ~Q(organization__status=Status.CLOSED) | Q(position__lt=closed_at)
        return super().due().filter(goes_on, Exists(waiting), is_on=True)


class AuditStream(Signing):
    """A receiver of an organization's events, in the order of its chain, each batch signed (Standard Webhooks).

    ``position``: the place in the chain (audit.models.Link) up to which everything has arrived: what comes after is
    sent next, as often as it takes, so that nothing is lost and nothing overtakes. ``batch_end``: the last place of the
    batch that was last on its way; until it has arrived the same batch is sent again, under the same id, so that who
    got it twice knows. ``secret``, and for `OVERLAP` the ``former_secret``: sealed. ``attempts``: grows with each claim
    and each new address, so that a worker knows whether the stream is still its own. ``failures`` in a row,
    ``failing_since`` and ``last_error``: since when, and why, nothing arrives; ``told_at``: when that was mailed.
    """

    PURPOSE = "organizations.audit_stream"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.OneToOneField(
        Organization, models.CASCADE, related_name="audit_stream", verbose_name=_("organization")
    )
    url = models.URLField(_("address"), max_length=500)
    is_on = models.BooleanField(_("on"), default=True)
    position = models.PositiveBigIntegerField(_("arrived up to"), default=0)
    batch_end = models.PositiveBigIntegerField(null=True, editable=False)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveBigIntegerField(default=0, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    # A sentence in English that names nothing; `trouble` says it in the reader's language.
    last_error = models.CharField(_("last error"), max_length=200, blank=True, editable=False)
    # Of HTTP, where the receiver answered.
    last_status = models.PositiveSmallIntegerField(null=True, editable=False)
    last_sent_at = models.DateTimeField(_("last sent"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[AuditStreamQuerySet] = AuditStreamQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("audit stream")
        verbose_name_plural = _("audit streams")
        constraints = [
            models.CheckConstraint(
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
                name="audit_stream_former_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(batch_end=None) | Q(batch_end__gt=F("position")), name="audit_stream_batch_is_ahead"
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None) | Q(failures__gt=0, failing_since__isnull=False),
                name="audit_stream_fails_since",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(is_on=True), name="audit_stream_due")]

    def __str__(self) -> str:
        return f"{self.organization}"

    @property
    def trouble(self) -> str:
        """Why nothing arrives, in the reader's language; empty when nothing is wrong."""
        return gettext(self.last_error) if self.last_error else ""

    @property
    def sendable(self) -> int:
        """The last place in the chain that may be sent now.

        While the organization is closed, that of the closing; where that is not linked yet, or forgotten already,
        nothing is. What happened meanwhile is sent once it is open again.
        """
        # Read first: what is in the chain while the organization is open has happened before it was closed.
        end = Chain.objects.filter(pk=self.organization_id).values_list("position", flat=True).first() or 0
        if not Organization.objects.filter(pk=self.organization_id, status=Status.CLOSED).exists():
            return end
        return _closings(self.organization_id).first() or self.position

    def send_anew(self) -> None:
        """Try at once, whatever failed before; a worker that is sending at this moment has lost its claim."""
        self.attempts += 1
        self.claimed_until, self.due_at = None, timezone.now()
        self._recover()

    def begin_batch(self, end: int) -> bool:
        """Note what is sent now, for another lease; whether the stream is still this worker's, and on."""
        self.batch_end, self.claimed_until = end, timezone.now() + LEASE
        return self._update("batch_end", "claimed_until", is_on=True)

    def note_arrived(self) -> bool:
        """The batch has arrived; whether it was this worker's to say so."""
        arrived_from = self.position
        assert self.batch_end is not None  # noqa: S101 -- noted before it was sent
        self.position, self.batch_end = self.batch_end, None
        self.last_sent_at = timezone.now()
        self._recover()
        return self._update(
            "position",
            "batch_end",
            "last_sent_at",
            *("failures", "failing_since", "told_at", "last_error", "last_status"),
            position=arrived_from,
        )

    def note_failure(self, sentence: str, status: int | None = None) -> bool:
        """The batch has not arrived, because of ``sentence``: later again. Whether it was this worker's to say so.

        ``status``: of HTTP, where there was an answer.
        """
        now = timezone.now()
        self.failures += 1
        self.failing_since = self.failing_since or now
        self.last_error, self.last_status = sentence, status
        self.due_at, self.claimed_until = now + pause_after(self.failures), None
        return self._update("failures", "failing_since", "last_error", "last_status", "due_at", "claimed_until")

    def note_told(self) -> bool:
        """Somebody is mailed that nothing arrives; whether nobody was before."""
        self.told_at = timezone.now()
        return self._update("told_at", told_at=None)

    def switch_off(self) -> bool:
        """Send nothing any more; whether it was this worker's to say so, and on."""
        self.is_on = False
        return self._update("is_on", is_on=True)

    def let_go(self) -> None:
        """Somebody else may go on at once."""
        self.claimed_until = None
        self._update("claimed_until")

    def _recover(self) -> None:
        self.failures, self.failing_since, self.told_at = 0, None, None
        self.last_error, self.last_status = "", None

    def _update(self, *fields: str, **condition: Any) -> bool:
        mine = AuditStream.objects.filter(pk=self.pk, attempts=self.attempts, **condition)
        return bool(mine.update(**{field: getattr(self, field) for field in fields}))
