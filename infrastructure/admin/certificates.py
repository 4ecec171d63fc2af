"""Certificates for staff: what is public of them, and which domains use them. No key."""

from typing import override

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from console.staff import ReadOnlyAdmin, ReadOnlyInline
from infrastructure.models import Certificate, CertificateUse


class CertificateUseInline(ReadOnlyInline[CertificateUse, Certificate]):
    """The domains that use it."""

    model = CertificateUse
    fields = readonly_fields = ("domain", "created_at")
    ordering = ["domain__name"]

    @override
    def get_queryset(self, request: HttpRequest) -> QuerySet[CertificateUse]:
        """With the domains, which each line names."""
        return super().get_queryset(request).select_related("domain")


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin[Certificate]):
    """Certificates of organizations; they change by what their people do."""

    list_display = ["name", "organization", "issuer", "key_kind", "not_before", "not_after"]
    list_select_related = ["organization"]
    search_fields = [
        "name", "names", "=fingerprint", "organization__name", "organization__slug", "=organization__id", "=id",
    ]  # fmt: skip
    fields = [
        "id", "organization", "name", "shown_names", "subject", "issuer", "serial", "fingerprint", "key_kind",
        "not_before", "not_after", "created_by", "created_at", "changed_at",
    ]  # fmt: skip
    inlines = [CertificateUseInline]
    ordering = ["not_after", "id"]

    @admin.display(description=_("names"))
    def shown_names(self, certificate: Certificate) -> str:
        """The names, one after the other."""
        return ", ".join(certificate.names)
