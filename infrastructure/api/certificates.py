"""The certificates of the organization: what is public of them. Keys go in, and never out."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.debug import sensitive_variables
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order, moments
from infrastructure.actions import certificates as actions
from infrastructure.files import PEM_TYPE, headers_of
from infrastructure.material import LONGEST_PEM, Material, read_pem
from infrastructure.models import Certificate
from infrastructure.models.certificate import NAME_LENGTH
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Certificates")

ORDERS = {"until": moments("not_after"), "name": Order("name")}
PEM_EXAMPLE = "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n"


class CertificateUser(Schema):
    """A domain that uses a certificate."""

    id: UUID
    name: str = Field(examples=["example.com"])


class CertificateShown(Schema):
    """A TLS certificate, without its key."""

    id: UUID
    name: str = Field(examples=["Shop"])
    names: list[str] = Field(
        description="The domain names that it is for.", examples=[["example.com", "*.example.com"]]
    )
    subject: str
    issuer: str = Field(examples=["Example Authority"])
    serial: str = Field(description="In hexadecimal digits.")
    fingerprint: str = Field(description="SHA-256 of the certificate, in 64 hexadecimal digits.")
    key_kind: str = Field(examples=["EC P-256"])
    valid_from: datetime
    valid_until: datetime
    used_by: list[CertificateUser] = Field(description="The domains that use it.")
    created_by: str = Field(description="Empty where a service key did, or who did has no account any more.")
    created_at: datetime

    @classmethod
    def of(cls, certificate: Certificate) -> Self:
        """A certificate with its uses and who added it."""
        return cls(
            id=certificate.pk,
            name=certificate.name,
            names=certificate.names,
            subject=certificate.subject,
            issuer=certificate.issuer,
            serial=certificate.serial,
            fingerprint=certificate.fingerprint,
            key_kind=certificate.key_kind,
            valid_from=certificate.not_before,
            valid_until=certificate.not_after,
            used_by=[CertificateUser(id=use.domain_id, name=use.domain.name) for use in certificate.uses.all()],
            created_by=certificate.created_by.name if certificate.created_by else "",
            created_at=certificate.created_at,
        )


class CertificatesAsked(Paging):
    """Which certificates, in which order."""

    sort: Literal["until", "-until", "name", "-name"] = "until"


class MaterialGiven(Given):
    """A certificate with its chain and key, as PEM."""

    certificate: str = Field(min_length=1, max_length=LONGEST_PEM, examples=[PEM_EXAMPLE])
    chain: str = Field(
        "", max_length=LONGEST_PEM, description="What leads from it to an authority that browsers know, in any order."
    )
    key: str = Field(
        min_length=1,
        max_length=LONGEST_PEM,
        description="Its private key. We keep it encrypted, and never show it.",
        repr=False,
    )
    password: str = Field("", max_length=1000, description="Of a key that is encrypted. We do not keep it.", repr=False)


class CertificateGiven(MaterialGiven):
    """A new certificate."""

    name: str = Field("", max_length=NAME_LENGTH, description="Left out: the first domain name that it is for.")


class UsesGiven(Given):
    """Which domains use a certificate."""

    domains: list[UUID] = Field(
        max_length=1000, description="The ids of proven domains that it covers. Those left out use it no longer."
    )


@operations.get("/certificates", Permission.VIEW_INFRASTRUCTURE, returns=Listed[CertificateShown])
def list_certificates(request: KeyRequest, asked: Query[CertificatesAsked]) -> Listed[CertificateShown]:
    """List the certificates; unless you say otherwise, those that end first come first."""
    found = Certificate.objects.filter(organization=request.organization).to_be_shown()
    return page_of(found, asked, orders=ORDERS, default=asked.sort, draw=CertificateShown.of)


@operations.post("/certificates", Permission.ADD_INFRASTRUCTURE, returns=CertificateShown)
@sensitive_variables("given")
def add_certificate(request: KeyRequest, given: CertificateGiven, response: HttpResponse) -> CertificateShown:
    """Add a certificate. The key must belong to it, the chain must lead to a known authority, its dates must hold."""
    certificate = actions.add_certificate(
        organization=request.organization, name=given.name, material=_read(given), by=request.actor
    )
    response.headers["Location"] = f"/api/v1/certificates/{certificate.pk}"
    return CertificateShown.of(certificate)


@operations.get("/certificates/{uuid:pk}", Permission.VIEW_INFRASTRUCTURE, returns=CertificateShown)
def show_certificate(request: KeyRequest, pk: UUID) -> CertificateShown:
    """Show a certificate, without its key."""
    return CertificateShown.of(_certificate(request, pk))


@operations.file("/certificates/{uuid:pk}/chain", Permission.VIEW_INFRASTRUCTURE, media_type=PEM_TYPE)
def download_certificate_chain(request: KeyRequest, pk: UUID) -> HttpResponse:
    """Get a certificate and its chain as a PEM file: what visitors of its domains get, and no key."""
    certificate = _certificate(request, pk)
    return HttpResponse(certificate.chain, content_type=PEM_TYPE, headers=headers_of(certificate))


@operations.post(
    "/certificates/{uuid:pk}/renewal", Permission.MANAGE_INFRASTRUCTURE, returns=CertificateShown, status=200
)
@sensitive_variables("given")
def renew_certificate(request: KeyRequest, pk: UUID, given: MaterialGiven) -> CertificateShown:
    """Put a newer certificate with its key in the place of this one. It must cover the domains that use it."""
    certificate = _certificate(request, pk)
    actions.renew_certificate(certificate=certificate, material=_read(given), by=request.actor)
    return CertificateShown.of(_certificate(request, pk))


@operations.post("/certificates/{uuid:pk}/uses", Permission.MANAGE_INFRASTRUCTURE, returns=CertificateShown, status=200)
def set_certificate_uses(request: KeyRequest, pk: UUID, given: UsesGiven) -> CertificateShown:
    """Say which domains use a certificate, all of them. One that uses another certificate uses this one from now on."""
    actions.set_uses(certificate=_certificate(request, pk), domains=given.domains, by=request.actor)
    return CertificateShown.of(_certificate(request, pk))


@operations.delete("/certificates/{uuid:pk}", Permission.MANAGE_INFRASTRUCTURE)
def remove_certificate(request: KeyRequest, pk: UUID) -> None:
    """Remove a certificate with its key. The domains that use it are left without one."""
    actions.remove_certificate(certificate=_certificate(request, pk), by=request.actor)


@sensitive_variables()
def _read(given: MaterialGiven) -> Material:
    return read_pem(given.certificate.encode(), given.chain.encode(), given.key.encode(), given.password)


def _certificate(request: KeyRequest, pk: UUID) -> Certificate:
    certificate = Certificate.objects.filter(organization=request.organization, pk=pk).to_be_shown().first()
    if certificate is None:
        raise Http404
    return certificate
