"""TLS certificates with their keys, and the domain names that use them."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.ids import uuid7
from console.sealing import seal
from organizations.models import Domain, Organization

NAME_LENGTH = 80
# What its key is sealed for (console.sealing).
KEY_PURPOSE = "infrastructure.certificate"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Sets of certificates."""

    def valid(self) -> Self:
        """Those whose dates hold now."""
        now = timezone.now()
        return self.filter(not_before__lte=now, not_after__gt=now)


class Certificate(models.Model):
    """A certificate, its chain and its key.

    ``chain``: PEM, the certificate first, then what leads to a known authority. ``sealed_key``: the private key (PKCS
    #8 in PEM), sealed; it leaves only by `manage.py write_certificates`, never by a page, the API, a log or an event.
    ``names``: DNS names that it is for, as in the certificate; ``fingerprint``: SHA-256 of the certificate, 64
    hexadecimal digits; ``serial``: hexadecimal; ``key_kind``: "RSA 2048", "EC P-256", "Ed25519". ``warned_days``: for
    how many days before its end people were last told of it (30, 14, 7, 1).
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


class CertificateUse(models.Model):
    """A proven domain name that uses a certificate which covers it; each name uses one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    certificate = models.ForeignKey(Certificate, models.CASCADE, related_name="uses", verbose_name=_("certificate"))
    domain = models.OneToOneField(Domain, models.CASCADE, related_name="certificate_use", verbose_name=_("domain"))
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("use of a certificate")
        verbose_name_plural = _("uses of certificates")

    def __str__(self) -> str:
        return f"{self.domain}"
