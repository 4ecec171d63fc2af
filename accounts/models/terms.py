"""The terms that people accept, by version, and who accepted which."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.models import AppendOnly
from console.ids import uuid7

VERSION = r"^[0-9A-Za-z][0-9A-Za-z._-]*\Z"


class Terms(AppendOnly):
    """One version of the terms, as it was published: it never changes, since people have accepted these very words.

    Either the words in both languages, or the address of a page that holds them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.CharField(
        _("version"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(VERSION, _("Use letters, digits, dots and hyphens, such as 2027-01."))],
        help_text=_("What people see it called, such as 2027-01."),
    )
    text_en = models.TextField(
        _("text in English"), blank=True, help_text=_("Plain text; an empty line ends a paragraph.")
    )
    text_fr = models.TextField(_("text in French"), blank=True)
    url = models.URLField(
        _("address of a page"),
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Instead of the texts, where the terms stand elsewhere. What is there must not change."),
    )
    effective_at = models.DateTimeField(
        _("in force from"), default=timezone.now, help_text=_("From then on people are asked to accept it.")
    )
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("terms")
        verbose_name_plural = _("terms")
        constraints = [
            models.CheckConstraint(
                name="terms_have_texts_or_a_page",
                condition=(~models.Q(text_en="") & ~models.Q(text_fr="") & models.Q(url=""))
                | (models.Q(text_en="", text_fr="") & ~models.Q(url="")),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    def clean(self) -> None:
        """Refuse what has words twice, or none in a language."""
        if self.url and (self.text_en or self.text_fr):
            raise ValidationError({"url": _("Give the texts, or the address of a page, not both.")})
        if not self.url and not (self.text_en and self.text_fr):
            raise ValidationError({"text_en": _("Give the text in each language, or the address of a page.")})

    @classmethod
    def in_force(cls) -> "Terms | None":
        """The version that holds now; None while there is none."""
        begun = cls._default_manager.filter(effective_at__lte=timezone.now())
        return begun.order_by("-effective_at", "-id").first()

    def text_in(self, language: str) -> str:
        """The words in a language that we have them in, else in English; empty where a page holds them."""
        return self.text_fr if language.startswith("fr") else self.text_en


class AcceptanceManager(models.Manager["TermsAcceptance"]):
    """Finds out who has accepted what."""

    def has(self, user_id: UUID, terms_id: UUID) -> bool:
        """Whether the user has accepted that version."""
        return self.filter(user_id=user_id, terms_id=terms_id).exists()


class TermsAcceptance(models.Model):
    """That a user has accepted a version of the terms, when, and from where."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="terms_acceptances")
    terms = models.ForeignKey(Terms, models.PROTECT, related_name="acceptances", verbose_name=_("terms"))
    accepted_at = models.DateTimeField(pgettext_lazy("terms", "accepted"), default=timezone.now)
    address = models.GenericIPAddressField(_("IP address"), null=True)

    objects: ClassVar[AcceptanceManager] = AcceptanceManager()

    class Meta:
        verbose_name = _("acceptance of terms")
        verbose_name_plural = _("acceptances of terms")
        constraints = [models.UniqueConstraint(fields=["user", "terms"], name="terms_accepted_once")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.terms_id}"
