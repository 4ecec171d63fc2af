"""Certificates are added, renewed, used by domains, and removed (texts 000 and 001: *SSL certificates, domain names*).

What is added was read and verified before (infrastructure.material), without a lock. Their keys stand in no event.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.actions.notifications import settle
from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from infrastructure.material import Material
from infrastructure.models import Certificate, CertificateUse
from infrastructure.models.certificate import ENDING_NOTICE, NAME_LENGTH, covers
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Domain, Organization
from organizations.roles import Permission

# Certificates of one organization: each has a name or a hundred, and takes room.
MOST = 200
# Names that an event holds.
NAMED = 20


@sensitive_variables("material")
@audited("certificate.added")
def add_certificate(*, organization: Organization, name: str, material: Material, by: Actor) -> Certificate:
    """Keep a certificate with its key, sealed. No domain uses it yet.

    ``name``: what people call it; empty: the first name that it is for. Raises Refused for one that is there already,
    and beyond `MOST`.
    """
    organization, by = lock(organization.pk, by, Permission.ADD_INFRASTRUCTURE)
    name = clean_name(name.strip() or material.names[0][:NAME_LENGTH], NAME_LENGTH)
    if organization.certificates.count() >= MOST:
        raise Refused(
            _("There are %d certificates already. Remove those that nobody uses.") % MOST, code="too-many-certificates"
        )
    _check_new(organization, material)
    certificate = Certificate(organization=organization, name=name, created_by=None if by.is_trusted else by.user)
    _fill(certificate, material)
    certificate.save(force_insert=True)
    record(
        "certificate.added",
        by=by,
        organization_id=organization.pk,
        target=certificate,
        after={**_told(certificate), "names": certificate.names[:NAMED]},
    )
    return certificate


@sensitive_variables("material")
@audited("certificate.renewed")
def renew_certificate(*, certificate: Certificate, material: Material, by: Actor) -> Certificate:
    """Put a newer certificate with its key in the place of this one: the domains that use it go on, with the new one.

    Raises Refused where it does not cover all of those, with their names.
    """
    certificate, by = _lock(certificate, by)
    _check_new(certificate.organization, material)
    lost = [use.domain.name for use in _uses(certificate) if not covers(material.names, use.domain.name)]
    if lost:
        sentence = _("The new certificate does not cover %s. Let another certificate be used there first.")
        raise Refused(sentence % ", ".join(lost), code="uncovered")
    before = _told(certificate)
    _fill(certificate, material)
    certificate.save()
    settle(ENDING_NOTICE, certificate.pk)
    record(
        "certificate.renewed",
        by=by,
        organization_id=certificate.organization_id,
        target=certificate,
        before=before,
        after={**_told(certificate), "names": certificate.names[:NAMED]},
    )
    return certificate


@audited("certificate.used")
def set_uses(*, certificate: Certificate, domains: Collection[UUID], by: Actor) -> Certificate:
    """Let these domains use the certificate, and no others; one that uses another moves here.

    ``domains``: ids of proven domains of the organization that it covers. Raises Refused for any other.
    """
    certificate, by = _lock(certificate, by)
    organization = certificate.organization
    chosen = {domain.pk: domain for domain in organization.domains.verified().filter(pk__in=domains)}
    for pk in domains:
        if pk not in chosen or not certificate.covers(chosen[pk].name):
            sentence = _(
                "One of these domains is not proven any more, or not covered. Look at the list, and choose again."
            )
            raise Refused(sentence, code="domain", field="domains")
    uses = {use.domain_id: use for use in _uses(certificate)}
    _end(certificate, [use for pk, use in uses.items() if pk not in chosen], by)
    for domain in sorted(chosen.values(), key=lambda one: one.name):
        if domain.pk not in uses:
            _begin(certificate, domain, by)
    return certificate


@audited("certificate.removed")
def remove_certificate(*, certificate: Certificate, by: Actor) -> Certificate:
    """Forget a certificate and its key. The domains that used it have none, until they are given another."""
    certificate, by = _lock(certificate, by)
    _end(certificate, list(_uses(certificate)), by)
    record(
        "certificate.removed",
        by=by,
        organization_id=certificate.organization_id,
        target=certificate,
        before=_told(certificate),
    )
    settle(ENDING_NOTICE, certificate.pk)
    Certificate.objects.filter(pk=certificate.pk).delete()
    return certificate


def detach(domain: Domain, by: Actor) -> None:
    """End the use of a certificate by a domain that is no longer proven, or goes. In the transaction of that change."""
    for use in CertificateUse.objects.filter(domain=domain).select_related("domain", "certificate__organization"):
        _end(use.certificate, [use], by)


def _lock(certificate: Certificate, by: Actor) -> tuple[Certificate, Actor]:
    organization, by = lock(certificate.organization_id, by, Permission.MANAGE_INFRASTRUCTURE)
    try:
        fresh = organization.certificates.get(pk=certificate.pk)
    except Certificate.DoesNotExist:
        raise Refused(_("Somebody has removed this certificate meanwhile."), code="gone") from None
    fresh.organization = organization
    return fresh, by


def _check_new(organization: Organization, material: Material) -> None:
    same = organization.certificates.filter(fingerprint=material.fingerprint).first()
    if same:
        sentence = _("This very certificate is here already, as “%s”.") % same.name
        raise Refused(sentence, code="exists")


@sensitive_variables("material")
def _fill(certificate: Certificate, material: Material) -> None:
    for column in (
        "chain",
        "names",
        "subject",
        "issuer",
        "serial",
        "fingerprint",
        "key_kind",
        "not_before",
        "not_after",
    ):
        setattr(certificate, column, getattr(material, column))
    certificate.set_key(material.key)
    # Who adds it sees how long it lasts: they are told again once that is shorter.
    certificate.warned_days = certificate.stage


def _told(certificate: Certificate) -> dict[str, str]:
    return {"fingerprint": certificate.fingerprint, "until": certificate.not_after.date().isoformat()}


def _uses(certificate: Certificate) -> Iterable[CertificateUse]:
    return certificate.uses.select_related("domain").order_by("domain__name")


def _begin(certificate: Certificate, domain: Domain, by: Actor) -> None:
    former = CertificateUse.objects.filter(domain=domain).select_related("certificate").first()
    if former:
        _end(former.certificate, [former], by)
    CertificateUse.objects.create(certificate=certificate, domain=domain)
    record(
        "certificate.used",
        by=by,
        organization_id=certificate.organization_id,
        target=certificate,
        after={"domain": domain.name},
    )


def _end(certificate: Certificate, uses: Iterable[CertificateUse], by: Actor) -> None:
    for use in uses:
        record(
            "certificate.unused",
            by=by,
            organization_id=certificate.organization_id,
            target=certificate,
            before={"domain": use.domain.name},
        )
        CertificateUse.objects.filter(pk=use.pk).delete()
