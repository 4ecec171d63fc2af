"""The closing of an organization: who closed it, whom the worker has told, and how it ended."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from console.ids import uuid7
from organizations.models.membership import Membership
from organizations.models.organization import Organization

# How long a closed organization can be opened again (issue 4, *Settings*).
UNDO_FOR = timedelta(days=30)


class ClosingQuerySet(models.QuerySet["Closing"]):
    """Sets of closings."""

    def pending(self) -> "ClosingQuerySet":
        """Those that can still be undone or made final; an organization has at most one."""
        return self.filter(reopened_at=None, ended_at=None)

    def undoable_by(self, user: User) -> "ClosingQuerySet":
        """Those that the user may undo, the newest first: a closed organization is nobody's context."""
        founding = Membership.objects.current().founders().filter(user=user)
        mine = self.pending().filter(
            closed_at__gt=timezone.now() - UNDO_FOR, organization__in=founding.values("organization")
        )
        return mine.select_related("organization").order_by("-closed_at")

    def unfinished(self) -> "ClosingQuerySet":
        """Those of which the worker has somebody to tell."""
        return self.filter(told_at=None)

    def due(self) -> "ClosingQuerySet":
        """Those that nobody may undo any more, and of which people are still members."""
        return self.pending().filter(closed_at__lte=timezone.now() - UNDO_FOR)


class Closing(models.Model):
    """One closing of an organization.

    The worker tells the members in the order of their memberships' ids: ``told_up_to`` is the last that was told, in
    the same transaction, so nobody is told twice. Once the organization is open again, those who had been told
    (``tell_until``) are told so; ``told_at``: when there was nobody left to tell.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="closings", verbose_name=_("organization")
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed"), default=timezone.now)
    told_up_to = models.UUIDField(null=True, editable=False)
    tell_until = models.UUIDField(null=True, editable=False)
    told_at = models.DateTimeField(_("all members told"), null=True, blank=True)
    reopened_at = models.DateTimeField(_("opened again"), null=True, blank=True)
    ended_at = models.DateTimeField(_("final since"), null=True, blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(reopened_at=None, ended_at=None),
                name="closing_one_at_a_time",
            ),
            models.CheckConstraint(condition=Q(reopened_at=None) | Q(ended_at=None), name="closing_ends_one_way"),
        ]
        indexes = [
            models.Index(fields=["closed_at"], condition=Q(told_at=None), name="closing_to_tell"),
            models.Index(fields=["closed_at"], condition=Q(reopened_at=None, ended_at=None), name="closing_to_end"),
        ]

    def __str__(self) -> str:
        return str(self.organization)

    @property
    def undo_until(self) -> datetime:
        """Until when the organization can be opened again."""
        return self.closed_at + UNDO_FOR

    @property
    def can_be_undone(self) -> bool:
        """Whether the organization can be opened again."""
        return self.reopened_at is None and self.ended_at is None and timezone.now() < self.undo_until
