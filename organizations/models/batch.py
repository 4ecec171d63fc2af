"""Many invitations at once: what was given, what of it can be sent, and how far the sending is."""

from typing import TYPE_CHECKING, Self, override

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from organizations.models.invitation import Invitation
from organizations.models.organization import Organization
from organizations.roles import Permission
from outbox.leases import LEASE, LeasedQuerySet

if TYPE_CHECKING:
    from organizations.actors import Actor


class InvitationBatchQuerySet(LeasedQuerySet["InvitationBatch"]):
    """Sets of batches."""

    def open(self) -> "InvitationBatchQuerySet":
        """Those that wait for a yes, or are being sent."""
        return self.filter(state__in=[InvitationBatch.State.CHECKED, InvitationBatch.State.SENDING])

    def visible_to(self, actor: "Actor") -> "InvitationBatchQuerySet":
        """Those that an actor may see: all for who may revoke invitations, else their own."""
        if actor.can(Permission.REVOKE_INVITATIONS):
            return self.all()
        if actor.user_id is None or not actor.can(Permission.INVITE_MEMBERS):
            return self.none()
        return self.filter(by=actor.user_id)

    @override
    def due(self) -> Self:
        """Those that are being sent, whose time has come, and that no worker has claimed."""
        return super().due().filter(state=InvitationBatch.State.SENDING)


class InvitationBatch(models.Model):
    """A list of addresses that somebody gave at once: checked, then, after a yes, sent by the worker.

    ``attempts`` grows with each claim, so that who has lost a claim knows; ``failures`` counts those in a row that came
    to nothing. ``due_at``: when the worker goes on; ``waits_until``: when the allowance has room again, where it had
    none; ``reason``: why it was stopped, empty where somebody stopped it.
    """

    class State(models.TextChoices):
        """How far it is."""

        CHECKED = "checked", pgettext_lazy("batch", "not sent yet")
        SENDING = "sending", pgettext_lazy("batch", "being sent")
        DONE = "done", pgettext_lazy("batch", "sent")
        STOPPED = "stopped", pgettext_lazy("batch", "stopped")

    class Reason(models.TextChoices):
        """Why it was stopped where nobody stopped it: what `invite_member` refuses whoever gave it."""

        GONE = "gone", _("Whoever gave this list is no longer a member.")
        PERMISSION = "permission", _("Whoever gave this list may no longer invite.")
        CLOSED = "closed", _("The organization is closed.")
        FAILED = "failed", _("The invitations could not be sent, several times. Write to us if it happens again.")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="invitation_batches", verbose_name=_("organization")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    waits_until = models.DateTimeField(_("waits until"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)

    objects = InvitationBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of invitations")
        verbose_name_plural = _("batches of invitations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["checked", "sending", "done", "stopped"]), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["checked", "sending"], ended_at=None)
                | models.Q(state__in=["done", "stopped"], ended_at__isnull=False),
                name="batch_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="batch_by_state"),
            models.Index(fields=["due_at"], condition=models.Q(state="sending"), name="batch_due"),
            models.Index(fields=["created_at"], name="batch_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.created_at)

    @property
    def is_checked(self) -> bool:
        """Whether it waits for a yes."""
        return self.state == self.State.CHECKED

    @property
    def is_sending(self) -> bool:
        """Whether it is being sent, or waits to go on."""
        return self.state == self.State.SENDING

    @property
    def is_open(self) -> bool:
        """Whether it can still be stopped."""
        return self.is_checked or self.is_sending

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows are in each state, by its word, and ``total``."""
        found = dict(self.rows.values_list("state").annotate(models.Count("id")).order_by())
        return {**dict.fromkeys(BatchRow.State.values, 0), **found, "total": sum(found.values())}

    def keep_claim(self) -> bool:
        """Claim it for another lease; whether it is still this worker's, and nobody has stopped it."""
        self.claimed_until = timezone.now() + LEASE
        mine = InvitationBatch.objects.filter(pk=self.pk, state=self.State.SENDING, attempts=self.attempts)
        return bool(mine.update(claimed_until=self.claimed_until))


class BatchRow(models.Model):
    """One row of a batch: whom to invite, as what, and what came of it.

    ``number`` is the row's in what was given, the first is 1; ``role`` the key of a role, or what was written where
    there is no such role.
    """

    class State(models.TextChoices):
        """What came of it."""

        READY = "ready", pgettext_lazy("row", "ready")
        WRONG = "wrong", pgettext_lazy("row", "cannot be sent")
        INVITED = "invited", pgettext_lazy("row", "invited")
        REFUSED = "refused", pgettext_lazy("row", "not invited")

    class Problem(models.TextChoices):
        """What is wrong with it: what checking finds, or what `invite_member` refuses later."""

        EMAIL = "email", _("This is no e-mail address.")
        TWICE = "twice", _("The address stands further up already.")
        OWN_ADDRESS = "own-address", _("This is your own address.")
        ALREADY_MEMBER = "already-member", _("A member already.")
        ALREADY_INVITED = "already-invited", _("Invited already.")
        UNWILLING = "unwilling", _("This address wants no invitations by mail. Invite it alone, and pass the link on.")
        ROLE = "role", _("There is no such role.")
        ABOVE_OWN_ROLE = "above-own-role", _("This role may do more than yours.")
        ADDRESS_ALLOWANCE = "address-allowance", _("This address has been sent many invitations today.")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    batch = models.ForeignKey(InvitationBatch, models.CASCADE, related_name="rows", verbose_name=_("batch"))
    number = models.PositiveIntegerField(_("row"))
    email = models.CharField(_("e-mail address"), max_length=320)
    role = models.CharField(_("role"), max_length=40)
    note = models.CharField(_("note"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.READY)
    problem = models.CharField(_("problem"), max_length=20, choices=Problem, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invitation")
    )

    class Meta:
        verbose_name = _("row of a batch")
        verbose_name_plural = _("rows of batches")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_row_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["ready", "wrong", "invited", "refused"]), name="batch_row_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["wrong", "refused"]) ^ models.Q(problem=""), name="batch_row_says_why"
            ),
            models.UniqueConstraint(
                fields=["batch", "email"],
                condition=models.Q(state__in=["ready", "invited"]),
                name="batch_row_address_once",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "number"], name="batch_row_by_state"),
            models.Index(fields=["email"], name="batch_row_by_email"),
        ]

    def __str__(self) -> str:
        return self.email
