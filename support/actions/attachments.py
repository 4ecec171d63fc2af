"""Files of messages: named in the transaction that writes one, removed with it, swept where no row names them."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from console.refusal import Refused
from support.files import StoredFile, discard
from support.files.storing import FOLDER, MEGABYTE, check_together
from support.models import Attachment, Message
from support.models.ticket import TicketQuerySet

# A file that no row names is somebody's who still writes, for as long as its folder is younger. Days.
KEPT_FOR, SWEPT_FOR = 2, 14
BATCH: Final = 500
# What one organization sends, and is sent, within a day.
BYTES_PER_DAY: Final = 1024 * MEGABYTE
DAY: Final = timedelta(days=1)


def attach(message: Message, files: Sequence[StoredFile]) -> None:
    """Make files that are kept already the message's; its organization is locked.

    Raises Refused, at ``files``, for what has a message already, and for more than `BYTES_PER_DAY`.
    """
    if not files:
        return
    check_together(files)
    lately = Attachment.objects.filter(
        message__ticket__organization=message.ticket.organization_id, created_at__gt=timezone.now() - DAY
    )
    sent = lately.aggregate(bytes=Sum("size"))["bytes"] or 0
    if sent + sum(one.size for one in files) > BYTES_PER_DAY:
        raise Refused(
            _("Many files were sent to us today. Write without them, and send them tomorrow."),
            code="allowance",
            field="files",
        )
    if Attachment.objects.filter(file__in=[one.file for one in files]).exists():
        raise Refused(_("These files were sent already. Choose them again."), code="sent", field="files")
    Attachment.objects.bulk_create(
        Attachment(message=message, name=one.name, content_type=one.content_type, size=one.size, file=one.file)
        for one in files
    )


def discard_files_of(tickets: TicketQuerySet) -> None:
    """Remove the files of these tickets once the caller's transaction, which deletes their rows, is committed."""
    names = Attachment.objects.filter(message__ticket__in=tickets).values_list("file", flat=True)
    for name in list(names):
        transaction.on_commit(partial(discard, name), robust=True)


def prune_files() -> int:
    """Remove what no message names, from the folders of the last days; how many files there were."""
    today, pruned = timezone.now().date(), 0
    for age in range(KEPT_FOR, SWEPT_FOR):
        folder = f"{FOLDER}/{today - timedelta(days=age)}"
        try:
            names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        except FileNotFoundError:
            continue
        for start in range(0, len(names), BATCH):
            pruned += _discard_unnamed(names[start : start + BATCH])
    return pruned


def _discard_unnamed(names: list[str]) -> int:
    named = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
    unnamed = [name for name in names if name not in named]
    for name in unnamed:
        discard(name)
    return len(unnamed)
