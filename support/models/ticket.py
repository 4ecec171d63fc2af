"""Tickets: what somebody of an organization asks, and the answers."""

import re
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from console.ids import uuid7
from console.text import fold
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission
from support import came_from
from support.models.customer import KEY_LENGTH, Origin
from support.models.entitlement import Entitlement, SupportLevel
from support.models.product import Product

TITLE_LENGTH = 160
BODY_LENGTH = 20_000
NAME_LENGTH = 120
_NUMBER: Final = re.compile(r"#([0-9]{1,9})")


class Priority(models.TextChoices):
    """How much it hurts."""

    LOW = "low", pgettext_lazy("ticket", "low")
    NORMAL = "normal", pgettext_lazy("ticket", "normal")
    HIGH = "high", pgettext_lazy("ticket", "high")
    URGENT = "urgent", pgettext_lazy("ticket", "urgent")


class State(models.TextChoices):
    """Whose turn it is."""

    OPEN = "open", pgettext_lazy("ticket", "waiting for us")
    ANSWERED = "answered", pgettext_lazy("ticket", "waiting for you")
    SOLVED = "solved", pgettext_lazy("ticket", "solved")
    # For good: what is written then begins a new ticket.
    CLOSED = "closed", pgettext_lazy("ticket", "closed")


class Via(models.TextChoices):
    """How a message came."""

    PAGE = "page", pgettext_lazy("message", "in the console")
    MAIL = "mail", pgettext_lazy("message", "by mail")
    API = "api", pgettext_lazy("message", "by the API")
    STAFF = "staff", pgettext_lazy("message", "by staff")
    DIRECTORY = "directory", pgettext_lazy("message", "from the directory")


def _former() -> str:
    return str(_("Former member"))


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Sets of tickets."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the actor's organization that it may see: every one, or what it raised itself (text 003)."""
        if actor.is_trusted:
            return self
        here = self.filter(organization=actor.organization_id)
        if actor.can(Permission.VIEW_CUSTOMER_DATA):
            return here
        if actor.can(Permission.RAISE_TICKETS) and actor.user:
            return here.filter(raised_by=actor.user)
        return here.none()

    def matching(self, term: str) -> Self:
        """Those whose title or messages contain every word of ``term``, of a long one the first ten; #12: a number."""
        found = self
        for word in fold(term[:200]).split()[:10]:
            number = _NUMBER.fullmatch(word)
            found = found.filter(number=int(number[1])) if number else found.filter(search__contains=word)
        return found

    def waiting(self) -> Self:
        """Those without a first answer."""
        return self.filter(first_answered_at=None, state=State.OPEN)


class Ticket(Origin):
    """A question of an organization; ``number``: counted in it, from 1.

    ``raised_by``: who asked; ``raised_by_name`` stays when they leave, and is emptied with their account; ``level``,
    ``entitlement``: what it was raised under; ``answer_due_at``: until when the first answer was promised, None where
    nothing was; ``first_answered_at``; ``alarmed_at``: when staff were told that it is late; ``search``: what lists
    search.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="tickets", verbose_name=_("organization")
    )
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("product")
    )
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.NORMAL)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("raised by")
    )
    raised_by_name = models.CharField(_("raised by"), max_length=NAME_LENGTH)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    entitlement = models.ForeignKey(
        Entitlement, models.SET_NULL, null=True, blank=True, related_name="tickets", verbose_name=_("entitlement")
    )
    level = models.ForeignKey(
        SupportLevel, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("support level")
    )
    answer_due_at = models.DateTimeField(_("first answer due"), null=True, blank=True)
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)
    alarmed_at = models.DateTimeField(_("alarmed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("raised"), default=timezone.now)
    changed_at = models.DateTimeField(_("last message"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # A path of the console, for a ticket that somebody began on another page.
    asked_from = models.CharField(_("asked from"), max_length=came_from.LONGEST, blank=True, editable=False)
    search = models.TextField(editable=False, default="")

    objects: ClassVar[TicketQuerySet] = TicketQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="ticket_number_unique"),
            models.CheckConstraint(condition=~Q(title=""), name="ticket_has_title"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="ticket_state_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(condition=Q(state="closed") ^ Q(closed_at=None), name="ticket_closed_at"),
            models.UniqueConstraint(
                fields=["organization", "directory_key"],
                condition=~Q(directory_key=""),
                name="ticket_directory_key_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-changed_at", "-id"], name="ticket_by_change"),
            models.Index(fields=["organization", "-created_at", "-id"], name="ticket_by_raising"),
            models.Index(fields=["organization", "raised_by", "-changed_at", "-id"], name="ticket_of_person"),
            models.Index(
                fields=["answer_due_at"], condition=Q(state="open", first_answered_at=None), name="ticket_answer_due"
            ),
            models.Index(fields=["changed_at"], condition=Q(state="solved"), name="ticket_solved"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"

    @property
    def asker(self) -> str:
        """Who raised it, for people: also where their account is gone."""
        return self.raised_by_name or _former()

    def permissions_of(self, actor: Actor) -> frozenset[Permission]:
        """What the actor may do with it: who sees every ticket may see it, who raised it may answer, too."""
        held = actor.permissions
        is_own = actor.user is not None and self.raised_by_id == actor.user.pk
        if is_own or Permission.VIEW_CUSTOMER_DATA in held:
            return held
        return held - {Permission.RAISE_TICKETS}

    def add_to_search(self, text: str) -> None:
        """Find it by a further message of it, too, as far as there is room; saved by the caller."""
        self.search = f"{self.search} {fold(text)}".strip()[:BODY_LENGTH]

    def copy_search(self, *texts: str) -> None:
        """Add to what lists search it by; saved by the caller."""
        found = fold(" ".join([f"#{self.number}", self.title, *texts]))
        self.search = f"{self.search} {found}".strip()[:BODY_LENGTH]


class Message(models.Model):
    """A message of a ticket: of who asks, or of staff. ``is_internal``: a note that only staff see.

    ``author_name`` stays when they leave, and is emptied with their account; people see staff by their first name
    alone. ``mail_id``: of the mail (Message-ID) that it came by: a second time it is not taken.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages", verbose_name=_("ticket"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    author_name = models.CharField(_("author"), max_length=NAME_LENGTH)
    is_staff = models.BooleanField(_("by staff"), default=False)
    is_internal = models.BooleanField(_("internal"), default=False)
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    via = models.CharField(_("came"), max_length=9, choices=Via, default=Via.PAGE)
    mail_id = models.CharField(max_length=255, null=True, blank=True, unique=True, editable=False)
    directory_key = models.CharField(max_length=KEY_LENGTH, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(is_staff=True), name="message_internal_is_staffs"
            ),
            models.UniqueConstraint(
                fields=["ticket", "directory_key"],
                condition=~Q(directory_key=""),
                name="message_directory_key_unique",
            ),
        ]
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="message_by_time")]

    def __str__(self) -> str:
        return f"{self.created_at}"

    @property
    def writer(self) -> str:
        """Who wrote it, as people of the organization see it: staff by their first name, and never by an address."""
        if not self.is_staff:
            return self.author_name or _former()
        first = self.author_name.partition(" ")[0]
        return settings.BRAND_NAME if not first or "@" in first else f"{first} · {settings.BRAND_NAME}"


class Attachment(models.Model):
    """A file of a message, in the default storage; ``name``: as it was called, without a path.

    ``content_type``: what its bytes are, not what the sender says; served as a download alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments", verbose_name=_("message"))
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    file = models.CharField(_("file"), max_length=150, unique=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name


class SavedAnswer(models.Model):
    """An answer that staff give often."""

    title = models.CharField(_("title"), max_length=100, unique=True)
    body = models.TextField(_("text"), max_length=BODY_LENGTH)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save without the space around it."""
        self.title = self.title.strip()
        super().save(*args, **kwargs)
