"""Exports of a person's own data, from the wish to the file's end (GDPR, articles 15 and 20; issue 3, *My data*)."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.letters.exports import send_export_ready
from accounts.models import DataExport, User
from accounts.pictures import SIZES, open_picture
from accounts.portrait import parts_of
from audit.actors import Actor
from audit.recording import audited, record
from console.archive import Archive
from console.refusal import Refused
from outbox.exports import Exporter

PER_DAY = 3


@audited("account.export_requested")
def request_export(*, user: User, by: Actor) -> DataExport:
    """Have an export of all the user's data made by the worker; a mail says when it is there.

    Raises Refused while another one is being made, and after three in 24 hours.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if DataExport.objects.filter(user=user, state=DataExport.State.WAITING).exists():
        raise Refused(_("Your data is being collected already. A mail says when it is there."), code="running")
    since = timezone.now() - timedelta(hours=24)
    if DataExport.objects.filter(user=user, created_at__gt=since).count() >= PER_DAY:
        raise Refused(
            ngettext(
                "You can export your data %d time in 24 hours. Try again tomorrow.",
                "You can export your data %d times in 24 hours. Try again tomorrow.",
                PER_DAY,
            )
            % PER_DAY,
            code="allowance",
        )
    export = EXPORTER.begin(DataExport(user=user))
    record("account.export_requested", by=by, subject_id=user.pk, target=export)
    return export


def make_export(export_id: UUID) -> bool:
    """Make the file if it is due and nobody else is at it; whether it is there now (`Exporter.make`)."""
    return EXPORTER.make(export_id)


def sweep_exports() -> int:
    """Wake workers up for exports that wait. Returns how many."""
    return EXPORTER.sweep()


def prune_exports() -> None:
    """Remove files whose day is over, files that no row names, and rows of 90 days ago."""
    EXPORTER.prune()


@audited("account.export_downloaded")
def note_download(*, export: DataExport, by: Actor) -> None:
    """Record that somebody has fetched the file."""
    record("account.export_downloaded", by=by, subject_id=export.user_id, target=export)


def remove_files_of(user: User) -> None:
    """Remove the files of a user's exports once the caller's transaction, which deletes the user, is committed."""
    files = list(DataExport.objects.filter(user=user).exclude(file="").values_list("file", flat=True))
    for name in files:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _write(export: DataExport, archive: Archive) -> None:
    parts = parts_of(export.user)
    for number, (subject, rows) in enumerate(parts):
        export.note_progress(100 * number // (len(parts) + 1))
        archive.add_rows(subject, rows)
    picture = export.user.picture
    if picture:
        with suppress(FileNotFoundError), open_picture(picture, max(SIZES)) as drawing:
            archive.add_file("picture.webp", drawing)


def _done(export: DataExport) -> None:
    record("account.export_made", by=Actor.system(), subject_id=export.user_id, target=export)
    send_export_ready(export)


EXPORTER = Exporter(
    model=DataExport,
    task="accounts.make_export",
    directory="exports",
    write=_write,
    done=_done,
    sentence=gettext_noop("Your data could not be collected."),
)
