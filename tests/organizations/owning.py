"""Transfers, closings and exports of organizations as tests make them, and where their pages are."""

import io
import zipfile

from django.core.files.storage import default_storage
from django.http import HttpResponseBase

from accounts.models import User
from organizations.actions import (
    close_organization,
    create_organization,
    go_on_closing,
    make_organization_export,
    offer_transfer,
)
from organizations.models import Closing, Organization, OrganizationExport, Transfer
from tests.cast import Cast, Person, make_person, make_team

TRANSFER = "/o/acme/settings/transfer/"
CLOSING = "/o/acme/settings/closing/"
EXPORT = "/o/acme/settings/export/"
MINE = "/profile/organizations/"


def offer(cast: Cast, to: Person | None = None, role: str = "admin") -> Transfer:
    """Olivia offers Acme to Adam, or to somebody else."""
    receiver = (to or cast.adam).membership(cast.acme)
    return offer_transfer(organization=cast.acme, member=receiver.pk, role=role, by=cast.olivia.actor(cast.acme))


def offered_to(user: User) -> Transfer:
    """An offer by somebody new, of an organization that the user is a member of."""
    giver = make_person("gina.giver@example.com")
    team = make_team("Gina's team", giver, {"member": Person(user)})
    receiver = Person(user).membership(team)
    return offer_transfer(organization=team, member=receiver.pk, role="admin", by=giver.actor(team))


def close(organization: Organization, by: Person) -> Closing:
    """Close it; nobody is told yet."""
    close_organization(organization=organization, name=organization.name, acknowledged=True, by=by.actor(organization))
    organization.refresh_from_db()
    return Closing.objects.pending().get(organization=organization)


def closed_by(user: User) -> Organization:
    """An organization that the user made and closed."""
    person = Person(user)
    organization = create_organization(name="Vega", by=person.actor())
    close(organization, person)
    return organization


def told(closing: Closing) -> Closing:
    """The worker has done all there was to do."""
    assert go_on_closing(closing.pk)
    closing.refresh_from_db()
    return closing


def reopening(organization: Organization) -> str:
    """Where a closed organization is opened again."""
    return f"{MINE}closed/{organization.pk}/reopening/"


def exported(organization: Organization, by: Person) -> OrganizationExport:
    """An export that the worker has made."""
    export = OrganizationExport.objects.create(organization=organization, requested_by=by.user)
    assert make_organization_export(export.pk)
    export.refresh_from_db()
    return export


def download_path(export: OrganizationExport) -> str:
    return f"/o/{export.organization.slug}/settings/export/{export.pk}/download/"


def opened(response: HttpResponseBase) -> zipfile.ZipFile:
    """The zip that was sent."""
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined] # a file


def stored() -> list[str]:
    """The files of exports of organizations that there are."""
    try:
        return default_storage.listdir("organization-exports")[1]
    except FileNotFoundError:
        return []
