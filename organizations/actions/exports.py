"""Exports of all that an organization owns, from the wish to the file's end (PRODUCT: *Organizations*)."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.pictures import SIZES, open_picture
from audit.recording import audited, record
from console.archive import Archive
from console.refusal import Refused
from organizations.actions.inventory import parts_of
from organizations.actions.locking import lock
from organizations.actions.logos import LOGOS
from organizations.actors import Actor
from organizations.letters.ownership import send_export_ready
from organizations.models import Membership, Organization, OrganizationExport
from organizations.roles import Permission
from outbox.exports import Exporter

PER_DAY = 3


@audited("organization.export_requested")
def request_organization_export(*, organization: Organization, by: Actor) -> OrganizationExport:
    """Have an export of the organization made by the worker; a mail tells the actor when it is there.

    Raises Refused while another one is being made, whoever asked, and after three in 24 hours.
    """
    organization, by = lock(organization.pk, by, Permission.EXPORT_ORGANIZATION)
    if organization.exports.filter(state=OrganizationExport.State.WAITING).exists():
        raise Refused(_("An export is being made already. You can download it here once it is ready."), code="running")
    since = timezone.now() - timedelta(hours=24)
    if organization.exports.filter(created_at__gt=since).count() >= PER_DAY:
        raise Refused(
            ngettext(
                "An organization can be exported %d time in 24 hours. Try again tomorrow.",
                "An organization can be exported %d times in 24 hours. Try again tomorrow.",
                PER_DAY,
            )
            % PER_DAY,
            code="allowance",
        )
    export = EXPORTER.begin(OrganizationExport(organization=organization, requested_by=by.user))
    record("organization.export_requested", by=by, organization_id=organization.pk, target=export)
    return export


def make_organization_export(export_id: UUID) -> bool:
    """Make the file if it is due and nobody else is at it; whether it is there now (`Exporter.make`)."""
    return EXPORTER.make(export_id)


def sweep_organization_exports() -> int:
    """Wake workers up for exports that wait. Returns how many."""
    return EXPORTER.sweep()


def prune_organization_exports() -> None:
    """Remove files whose day is over, files that no row names, and rows of 90 days ago."""
    EXPORTER.prune()


@audited("organization.export_downloaded")
def note_organization_download(*, export: OrganizationExport, by: Actor) -> OrganizationExport:
    """Record that somebody fetches the file. Raises Refused for who may not export it (any more)."""
    organization, by = lock(export.organization_id, by, Permission.EXPORT_ORGANIZATION)
    record("organization.export_downloaded", by=by, organization_id=organization.pk, target=export)
    return export


def _write(export: OrganizationExport, archive: Archive) -> None:
    organization = export.organization
    parts = parts_of(organization)
    for number, part in enumerate(parts):
        export.note_progress(100 * number // (len(parts) + 1))
        archive.add_rows(part.subject, part.read())
        if part.columns:
            archive.add_table(part.subject, part.columns, part.read())
    if organization.logo:
        with suppress(FileNotFoundError), open_picture(organization.logo, max(SIZES), LOGOS) as drawing:
            archive.add_file("logo.webp", drawing)


def _done(export: OrganizationExport) -> None:
    record("organization.export_made", by=Actor.system(), organization_id=export.organization_id, target=export)
    # Whoever asked may be gone, or may no longer fetch it.
    asked = Membership.objects.filter(user=export.requested_by, organization=export.organization).first()
    if asked and not export.organization.is_closed and Permission.EXPORT_ORGANIZATION in asked.permissions:
        send_export_ready(export, asked.user)


EXPORTER = Exporter(
    model=OrganizationExport,
    task="organizations.make_export",
    directory="organization-exports",
    write=_write,
    done=_done,
    sentence=gettext_noop("The organization could not be exported."),
)
