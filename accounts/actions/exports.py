"""Exports of a person's own data, from the wish to the file's end (GDPR, articles 15 and 20; issue 3, *My data*)."""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.core.files import File
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
from console.celery import SWEEP_PERIOD, wake
from console.refusal import Refused
from outbox.models import LEASE

log = logging.getLogger(__name__)

# In the default storage; no address leads there.
DIRECTORY = "exports"
PER_DAY = 3
# An export that fails as often is given up; each time it has waited longer (outbox.models.BACK_OFF).
ATTEMPTS = 5
# A file that no row names is being made, or was left by a worker that was killed: older than this, it goes.
ORPHANED_AFTER = timedelta(hours=2)
# That there were exports is forgotten as mails are.
REMOVE_AFTER = timedelta(days=90)
SWEEP = 100


class Lost(Exception):
    """Somebody else has taken the export over, or the account is gone."""


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
    export = DataExport.objects.create(user=user)
    record("account.export_requested", by=by, subject_id=user.pk, target=export)
    transaction.on_commit(partial(wake, "accounts.make_export", str(export.pk)), robust=True)
    return export


def make_export(export_id: UUID) -> bool:
    """Make the file if it is due and nobody else is at it; whether it is there now.

    The claim is renewed while the work goes on: where a worker is killed, another one begins again within a minute.
    Nothing is held in memory but the rows at hand, and no transaction is open meanwhile.
    """
    for export in DataExport.objects.filter(pk=export_id).select_related("user").claim(1):
        return _attempt(export)
    return False


def sweep_exports() -> int:
    """Wake workers up for exports that wait: retries, and what a lost message or a killed worker left. How many."""
    due = list(DataExport.objects.due().order_by("due_at").values_list("pk", flat=True)[:SWEEP])
    for export_id in due:
        wake("accounts.make_export", str(export_id), expires=SWEEP_PERIOD)
    return len(due)


def prune_exports() -> None:
    """Remove files whose day is over, files that no row names, and rows of 90 days ago."""
    for export in DataExport.objects.filter(expires_at__lte=timezone.now()).exclude(file=""):
        default_storage.delete(export.file)
        DataExport.objects.filter(pk=export.pk).update(file="")
    for name in _orphans():
        default_storage.delete(name)
    DataExport.objects.filter(created_at__lt=timezone.now() - REMOVE_AFTER, file="").delete()


@audited("account.export_downloaded")
def note_download(*, export: DataExport, by: Actor) -> None:
    """Record that somebody has fetched the file."""
    record("account.export_downloaded", by=by, subject_id=export.user_id, target=export)


def remove_files_of(user: User) -> None:
    """Remove the files of a user's exports once the caller's transaction, which deletes the user, is committed."""
    files = list(DataExport.objects.filter(user=user).exclude(file="").values_list("file", flat=True))
    for name in files:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


def _attempt(export: DataExport) -> bool:
    name = f"{DIRECTORY}/{secrets.token_hex(16)}.zip"
    try:
        with TemporaryFile() as file:
            _write(export, file)
            size = file.tell()
            file.seek(0)
            name = default_storage.save(name, File(file))
        _finish(export, name, size)
    except Lost:
        default_storage.delete(name)
        return False
    except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
        default_storage.delete(name)
        # Not the exception's text: it may hold what was to be exported.
        log.warning("An export could not be made (%s).", type(error).__name__, extra={"delivery_id": export.pk})
        gone = export.attempts >= ATTEMPTS
        export.mark_failed(gettext_noop("Your data could not be collected."), for_good=gone)
        return False
    return True


def _write(export: DataExport, file: IO[bytes]) -> None:
    parts = parts_of(export.user)
    with Archive(file, _heartbeat(export)) as archive:
        for number, (subject, rows) in enumerate(parts):
            _note(export, 100 * number // (len(parts) + 1))
            archive.add_rows(subject, rows)
        picture = export.user.picture
        if picture:
            with suppress(FileNotFoundError), open_picture(picture, max(SIZES)) as drawing:
                archive.add_file("picture.webp", drawing)


def _finish(export: DataExport, name: str, size: int) -> None:
    with transaction.atomic():
        if not export.finish(name, size):
            raise Lost
        record("account.export_made", by=Actor.system(), subject_id=export.user_id, target=export)
        send_export_ready(export)


def _note(export: DataExport, percent: int) -> None:
    if not export.note_progress(percent):
        raise Lost


def _heartbeat(export: DataExport) -> Callable[[], None]:
    """Renews the claim of a part that takes long."""

    def tick() -> None:
        if export.claimed_until is None or export.claimed_until - timezone.now() < LEASE / 2:
            _note(export, export.progress)

    return tick


def _orphans() -> list[str]:
    try:
        _directories, files = default_storage.listdir(DIRECTORY)
    except FileNotFoundError:
        return []
    names = {f"{DIRECTORY}/{file}" for file in files}
    named = set(DataExport.objects.exclude(file="").values_list("file", flat=True))
    before = timezone.now() - ORPHANED_AFTER
    return [name for name in names - named if default_storage.get_modified_time(name) < before]
