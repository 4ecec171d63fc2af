"""TLS certificates with their keys, and the domain names that use them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from console.sealing import seal, unseal
from organizations.models import Domain, Organization

NAME_LENGTH = 80
# What its key is sealed for (console.sealing).
KEY_PURPOSE = "infrastructure.certificate"
# What the bell calls one that ends soon (infrastructure.notices).
ENDING_NOTICE: Final = "certificate_ending"
# Days before the end at which people are told of it; 0: it has ended.
STAGES: Final = (30, 14, 7, 1, 0)


def covers(names: Iterable[str], domain: str) -> bool:
    """Whether a certificate for these names is one for the domain (RFC 9525, section 6.3).

    The same name, or one with an asterisk in the place of its first label, and of no more than that.
    """
    return domain in (known := set(names)) or f"*.{domain.partition('.')[2]}" in known


def stage_of(not_after: datetime) -> int | None:
    """The nearest of `STAGES` that somebody whose certificate ends then has come to; None before the first."""
    left = not_after - timezone.now()
    return min((days for days in STAGES if left <= timedelta(days=days)), default=None)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Sets of certificates."""

    def valid(self) -> Self:
        """Those whose dates hold now."""
        now = timezone.now()
        return self.filter(not_before__lte=now, not_after__gt=now)

    def to_be_shown(self) -> Self:
        """With their uses and who added them, and without their keys."""
        uses = Prefetch("uses", CertificateUse.objects.select_related("domain").order_by("domain__name"))
        return self.defer("sealed_key").select_related("created_by").prefetch_related(uses)

    def to_be_told(self) -> Self:
        """Those that have come nearer to their end than when people were last told of it (`STAGES`).

        Of organizations that are open. A worker that was away for long tells of the nearest stage only.
        """
        now = timezone.now()
        come = Q()
        for days in STAGES:
            untold = Q(warned_days=None) | Q(warned_days__gt=days)
            come |= Q(not_after__lte=now + timedelta(days=days)) & untold
        return self.filter(come).exclude(organization__status="closed")


class Certificate(models.Model):
    """A certificate, its chain and its key.

    ``chain``: PEM, the certificate first, then what leads to a known authority. ``sealed_key``: the private key (PKCS
    #8 in PEM), sealed; it leaves only by `manage.py write_certificates`, never by a page, the API, a log or an event.
    ``names``: DNS names that it is for, as in the certificate; ``fingerprint``: SHA-256 of the certificate, 64
    hexadecimal digits; ``serial``: hexadecimal; ``key_kind``: "RSA 2048", "EC P-256", "Ed25519". ``warned_days``: how
    many days before its end (30, 14, 7, 1, 0) people were last told of it, or need not be, for it was added then;
    ``warned_at``: when they were told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="certificates", verbose_name=_("organization")
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    chain = models.TextField(_("certificate and chain"))
    sealed_key = models.TextField(editable=False)
    names = models.JSONField(_("names"), default=list)
    subject = models.CharField(_("subject"), max_length=255, blank=True)
    issuer = models.CharField(_("issuer"), max_length=255)
    serial = models.CharField(_("serial number"), max_length=40)
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    key_kind = models.CharField(_("key"), max_length=20)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    warned_days = models.PositiveSmallIntegerField(null=True, editable=False)
    warned_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("added by")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(fields=["organization", "fingerprint"], name="certificate_added_once"),
            models.CheckConstraint(condition=~Q(name=""), name="certificate_has_name"),
            models.CheckConstraint(condition=Q(not_before__lt=F("not_after")), name="certificate_lives_forward"),
            models.CheckConstraint(condition=~Q(sealed_key=""), name="certificate_has_key"),
        ]
        indexes = [
            models.Index(fields=["organization", "not_after", "id"], name="certificate_by_end"),
            models.Index(fields=["not_after"], name="certificate_ends"),
        ]

    def __str__(self) -> str:
        return self.name

    def set_key(self, pem: str) -> None:
        """Keep the private key, sealed; saved by the caller."""
        self.sealed_key = seal(pem, purpose=KEY_PURPOSE)

    @property
    def key(self) -> str:
        """The private key, opened: for the files of `manage.py write_certificates`, and for nothing else."""
        return unseal(self.sealed_key, purpose=KEY_PURPOSE)

    def covers(self, domain: str) -> bool:
        """Whether it is for this domain name."""
        return covers(self.names, domain)

    @property
    def stage(self) -> int | None:
        """The nearest of `STAGES` that it has come to."""
        return stage_of(self.not_after)

    @property
    def days_left(self) -> int:
        """Whole days until its end; none once that has come."""
        return max((self.not_after - timezone.now()).days, 0)


class CertificateUseQuerySet(models.QuerySet["CertificateUse"]):
    """Sets of uses."""

    def in_force(self) -> Self:
        """Those that visitors may see: of organizations that are open, for proven names, while the dates hold."""
        now = timezone.now()
        return self.filter(
            domain__verified_at__isnull=False, certificate__not_before__lte=now, certificate__not_after__gt=now
        ).exclude(certificate__organization__status="closed")


class CertificateUse(models.Model):
    """A proven domain name that uses a certificate which covers it; each name uses one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="uses", verbose_name=_("certificate"))
    domain = models.OneToOneField(Domain, models.CASCADE, related_name="certificate_use", verbose_name=_("domain"))
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar[CertificateUseQuerySet] = CertificateUseQuerySet.as_manager()  # type: ignore[assignment] # the stubs say Manager

    class Meta:
        verbose_name = _("use of a certificate")
        verbose_name_plural = _("uses of certificates")

    def __str__(self) -> str:
        return f"{self.domain}"
