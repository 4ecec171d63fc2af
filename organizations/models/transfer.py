"""An offer to take an organization over, and what staff do where nobody is left to make one."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from organizations import policies
from organizations.models.organization import Organization
from organizations.models.role import role_of
from organizations.policies import Role

REASON_LENGTH = 500


def expiry() -> datetime:
    """When a transfer that is offered now ends."""
    return timezone.now() + policies.current().transfer_lifetime


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Sets of transfers."""

    def open(self) -> "TransferQuerySet":
        """Those that can still be accepted."""
        return self.filter(state=Transfer.State.OFFERED, expires_at__gt=timezone.now())

    def overdue(self) -> "TransferQuerySet":
        """Those whose time is over and that nobody has marked yet."""
        return self.filter(state=Transfer.State.OFFERED, expires_at__lte=timezone.now())


class Transfer(models.Model):
    """An offer by somebody with the founder's role to another member: that role, for another one (``giver_role``).

    ``giver_role`` is a `Role.key`, read when it is accepted: a custom role may be deleted until then.
    """

    class State(models.TextChoices):
        """What became of it."""

        OFFERED = "offered", _("offered")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="transfers", verbose_name=_("organization")
    )
    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("from")
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("to")
    )
    giver_role = models.CharField(_("the giver's role afterwards"), max_length=40)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OFFERED)
    created_at = models.DateTimeField(_("offered"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=expiry)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="offered"), name="transfer_one_open_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="transfer_to_somebody_else"),
            models.CheckConstraint(
                condition=Q(state__in=["offered", "accepted", "declined", "withdrawn", "expired"]),
                name="transfer_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="transfer_by_age"),
            models.Index(fields=["expires_at"], condition=Q(state="offered"), name="transfer_by_expiry"),
        ]

    def __str__(self) -> str:
        # Whose it is stands in the fields: events keep this beside them.
        return str(self.organization)

    @property
    def status(self) -> "Transfer.State":
        """The state now: an offer ends with the clock, before anybody has marked it."""
        if self.state == self.State.OFFERED and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State(self.state)

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted."""
        return self.status == self.State.OFFERED

    @property
    def role_of_giver(self) -> Role:
        """The role that the giver is left with; where the chosen one is gone, the policy's next below the founder's."""
        try:
            return role_of(self.organization, self.giver_role)
        except KeyError:
            return policies.current().roles[1]


class Appointment(models.Model):
    """A founder whom staff appoint where the last one is gone for good: one proposes, another confirms (PRODUCT)."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="appointments", verbose_name=_("organization")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("appointment of a founder")
        verbose_name_plural = _("appointments of founders")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(state="proposed"), name="appointment_one_open_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed", decided_by=F("proposed_by")), name="appointment_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "confirmed", "dropped"]), name="appointment_state_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="appointment_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.organization)
