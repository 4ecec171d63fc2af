"""Exports: zips that the worker makes, that can be left and come back to, and that are kept for a day.

An app that has some makes a model of `Export` that says whose they are, and an `Exporter` that says what goes into
one; claiming, trying again, progress, storing and forgetting are the same for all.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import Literal, cast
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.archive import Archive
from console.celery import SWEEP_PERIOD, wake
from outbox.leases import LEASE
from outbox.models import Delivery

log = logging.getLogger(__name__)

# How long the file of an export is kept.
VALID = timedelta(days=1)
# An export that fails as often is given up; each time it has waited longer (outbox.leases.BACK_OFF).
ATTEMPTS = 5
# A file that no row names is being made, or was left by a worker that was killed: older than this, it goes.
ORPHANED_AFTER = timedelta(hours=2)
# That there were exports is forgotten as mails are.
REMOVE_AFTER = timedelta(days=90)
SWEEP = 100

type Status = Literal["waiting", "working", "ready", "failed", "expired"]


class Lost(Exception):
    """Somebody else has taken the export over, or its row is gone."""


class Export(Delivery):
    """One zip of somebody's data.

    Claimed and tried again as every delivery; *sent* means that the file is there. ``progress`` is in percent,
    ``file`` the name in the default storage (empty before and afterwards), ``size`` in bytes.
    """

    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    file = models.CharField(_("file"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta(Delivery.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.created_at)

    @property
    def status(self) -> Status:
        """Where it stands, as a person sees it."""
        now = timezone.now()
        if self.state == self.State.WAITING:
            return "working" if self.claimed_until and self.claimed_until > now else "waiting"
        if self.state == self.State.SENT and self.file and self.expires_at and self.expires_at > now:
            return "ready"
        return "failed" if self.state == self.State.FAILED else "expired"

    def open(self) -> File[bytes] | None:
        """The file, while it is there."""
        if self.status != "ready":
            return None
        try:
            return default_storage.open(self.file)
        except FileNotFoundError:
            return None

    def note_progress(self, percent: int) -> None:
        """Say how far it is, and keep the claim for another lease. Raises Lost where it is another worker's by now."""
        self.progress, self.claimed_until = percent, timezone.now() + LEASE
        if not self._update(self._mine(), "progress", "claimed_until"):
            raise Lost

    def keep_claim(self) -> None:
        """Renew the claim of a part that takes long, when that is due. Raises Lost as `note_progress` does."""
        if self.claimed_until is None or self.claimed_until - timezone.now() < LEASE / 2:
            self.note_progress(self.progress)

    def finish(self, file: str, size: int) -> None:
        """The file is there. Raises Lost where another worker was the one to make it."""
        now = timezone.now()
        self.state, self.sent_at, self.expires_at, self.claimed_until = self.State.SENT, now, now + VALID, None
        self.file, self.size, self.progress, self.last_error = file, size, 100, ""
        changed = ["state", "sent_at", "expires_at", "claimed_until", "file", "size", "progress", "last_error"]
        if not self._update(self._mine(), *changed):
            raise Lost

    def _mine(self) -> models.Q:
        # A claim that has run out and that somebody else has taken counts one attempt more.
        return models.Q(state=self.State.WAITING, attempts=self.attempts)


@dataclass(frozen=True, kw_only=True)
class Exporter[E: Export]:
    """How the exports of one model are made.

    ``task``: the one that calls `make` with an id; ``directory``: in the default storage, where no address leads, and
    of this model alone; ``write``: puts all into the archive, and says now and then how far it is; ``done``: what else
    is true once the file is there (an event, a mail), in the transaction that says so; ``sentence``: what people read
    where it failed.
    """

    model: type[E]
    task: str
    directory: str
    write: Callable[[E, Archive], None]
    done: Callable[[E], object]
    sentence: str

    def begin(self, export: E) -> E:
        """Write it down; a worker is woken up once the caller's transaction is committed."""
        export.save(force_insert=True)
        transaction.on_commit(partial(wake, self.task, str(export.pk)), robust=True)
        return export

    def make(self, export_id: UUID) -> bool:
        """Make the file if it is due and nobody else is at it; whether it is there now.

        The claim is renewed while the work goes on: where a worker is killed, another one begins again within a
        minute. Nothing is held in memory but the rows at hand, and no transaction is open meanwhile.
        """
        claimed = cast("list[E]", self.model._default_manager.filter(pk=export_id).claim(1))
        return any(self.attempt(export) for export in claimed)

    def attempt(self, export: E) -> bool:
        """Make the file of an export that was claimed; whether it is there now."""
        name = f"{self.directory}/{secrets.token_hex(16)}.zip"
        try:
            with TemporaryFile() as file:
                with Archive(file, export.keep_claim) as archive:
                    self.write(export, archive)
                size = file.tell()
                file.seek(0)
                name = default_storage.save(name, File(file))
            with transaction.atomic():
                export.finish(name, size)
                self.done(export)
        except Lost:
            default_storage.delete(name)
            return False
        except Exception as error:  # noqa: BLE001 -- whatever went wrong, it is tried again
            default_storage.delete(name)
            # Not the exception's text: it may hold what was to be exported.
            log.warning("An export could not be made (%s).", type(error).__name__, extra={"delivery_id": export.pk})
            export.mark_failed(self.sentence, for_good=export.attempts >= ATTEMPTS)
            return False
        return True

    def sweep(self) -> int:
        """Wake workers up for exports that wait: retries, and what a lost message or a killed worker left. How many."""
        due = self.model._default_manager.all().due().order_by("due_at")
        ids = list(due.values_list("pk", flat=True)[:SWEEP])
        for export_id in ids:
            wake(self.task, str(export_id), expires=SWEEP_PERIOD)
        return len(ids)

    def prune(self) -> None:
        """Remove files whose day is over, files that no row names, and rows of 90 days ago."""
        now, exports = timezone.now(), self.model._default_manager.all()
        for export in exports.filter(expires_at__lte=now).exclude(file=""):
            default_storage.delete(export.file)
            exports.filter(pk=export.pk).update(file="")
        for name in self._orphans():
            default_storage.delete(name)
        exports.filter(created_at__lt=now - REMOVE_AFTER, file="").delete()

    def _orphans(self) -> list[str]:
        try:
            _directories, files = default_storage.listdir(self.directory)
        except FileNotFoundError:
            return []
        names = {f"{self.directory}/{file}" for file in files}
        named = set(self.model._default_manager.exclude(file="").values_list("file", flat=True))
        before = timezone.now() - ORPHANED_AFTER
        return [name for name in names - named if default_storage.get_modified_time(name) < before]
