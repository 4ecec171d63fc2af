"""Somebody's wish to join an organization, and its states."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from console.ids import uuid7
from console.text import search_terms
from organizations.models.organization import Organization

NOTE_LENGTH = 500
# How long who asked sees that it was declined, and why.
REMEMBERED = timedelta(days=30)
# A badge counts this far.
COUNTED = 99


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    """Sets of requests to join."""

    def pending(self) -> "JoinRequestQuerySet":
        """Those that nobody has answered."""
        return self.filter(state=JoinRequest.State.PENDING)

    def counted(self) -> int:
        """How many there are, as far as a badge counts."""
        return self[: COUNTED + 1].count()

    def untold(self) -> "JoinRequestQuerySet":
        """Those that wait, and of which nobody was told by mail."""
        return self.pending().filter(told_at=None)

    def of(self, user: User) -> "JoinRequestQuerySet":
        """The user's own, the newest first."""
        return self.filter(user=user).select_related("organization").order_by("-id")

    def recent_of(self, user: User) -> "JoinRequestQuerySet":
        """What the user has asked and what concerns them still: open, or declined not long ago."""
        declined = Q(state=JoinRequest.State.DECLINED, decided_at__gt=timezone.now() - REMEMBERED)
        return self.of(user).filter(Q(state=JoinRequest.State.PENDING) | declined)

    def matching(self, term: str) -> "JoinRequestQuerySet":
        """Those of people whose name or address contains every word of ``term``; of a long one, the first ten words."""
        found = self
        for word in search_terms(term):
            found = found.filter(
                Q(user__first_name__icontains=word)
                | Q(user__last_name__icontains=word)
                | Q(user__email__icontains=word)
            )
        return found


class JoinRequest(models.Model):
    """A wish of a user to become a member of an organization that they found in the directory.

    As what they joined, their membership says. ``told_at``: when those who decide were told by mail; None: a worker
    or a digest will tell them.
    """

    class State(models.TextChoices):
        """What became of it."""

        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", pgettext_lazy("request", "declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        # The organization closed, or the person came in another way.
        LAPSED = "lapsed", pgettext_lazy("request", "no longer needed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="join_requests", verbose_name=_("organization")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="join_requests", verbose_name=_("user")
    )
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(state="pending"), name="join_request_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "declined", "withdrawn", "lapsed"]),
                name="join_request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None) | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="join_request_decided_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="join_request_by_state"),
            models.Index(fields=["organization", "-created_at"], name="join_request_by_age"),
            models.Index(fields=["user", "-id"], name="join_request_by_user"),
            models.Index(fields=["created_at"], condition=Q(state="pending", told_at=None), name="join_request_untold"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_pending(self) -> bool:
        """Whether it can be answered."""
        return self.state == self.State.PENDING
