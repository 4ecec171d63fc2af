"""What a mail provider says of mail that had left: that it came back, or that its reader complained."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from outbox.models import Delivery, Mail, Suppression
from outbox.signals import bounced
from outbox.suppression import suppress

log = logging.getLogger(__name__)

# Where a provider names the address alone: what was sent to it lately.
LATELY = timedelta(days=7)


class Kind(StrEnum):
    """What is said."""

    HARD = "hard"  # nobody can be reached there, now and later (RFC 3463: 5.x.x)
    SOFT = "soft"  # not now; the provider goes on trying
    COMPLAINT = "complaint"  # the reader called it spam (RFC 5965)


@dataclass(frozen=True, kw_only=True)
class Report:
    """One thing that a provider says: about the mail with a ``Message-ID``, else about all lately to an address."""

    kind: Kind
    message_id: str = ""
    address: str = ""

    @classmethod
    def read(cls, said: object) -> "Report":
        """The report that a JSON value makes. Raises ValueError for one that is none."""
        if not isinstance(said, dict):
            raise ValueError("A report is an object.")  # noqa: TRY004 -- of what somebody else wrote
        known = {name: said.get(name) or "" for name in ("kind", "message_id", "address")}
        if not all(isinstance(value, str) and value.strip().isprintable() for value in known.values()):
            # No database takes half a surrogate, or a NUL.
            raise ValueError("What a report says is text on one line.")
        if not (known["message_id"] or known["address"]):
            raise ValueError("A report names a mail or an address.")
        return cls(kind=Kind(known["kind"]), message_id=known["message_id"], address=known["address"].strip().lower())


def take_in(report: Report) -> None:
    """Mark what came back, and tell the apps above; after a complaint the address gets no more invitations.

    Safe to call twice: what is marked already stays as it is.
    """
    mails = _mails(report)
    # Never the address: logs are kept longer than mails.
    log.info("A mail provider reports: %s.", report.kind, extra={"mails": len(mails)})
    if report.kind == Kind.HARD:
        for mail in mails:
            _mark(mail)
    elif report.kind == Kind.COMPLAINT:
        for address in {mail.to for mail in mails} or {report.address} - {""}:
            suppress(address, Suppression.Kind.INVITATIONS)


def _mails(report: Report) -> list[Mail]:
    by_id = _by_message_id(report.message_id)
    if by_id is not None and (named := list(by_id)):
        return named
    if not report.address:
        return []
    lately = Mail.objects.filter(state=Delivery.State.SENT, sent_at__gt=timezone.now() - LATELY)
    return list(lately.filter(to=report.address))


def _by_message_id(message_id: str) -> QuerySet[Mail] | None:
    """The mail of a ``Message-ID`` of ours (outbox.backends.as_mail); None for one that is not."""
    try:
        return Mail.objects.filter(pk=UUID(message_id.strip().strip("<>").partition("@")[0]))
    except ValueError:
        return None


@transaction.atomic
def _mark(mail: Mail) -> None:
    if mail.bounced_at:
        return
    # Before the row is locked: receivers lock rows of their own, and whoever withdraws a mail locks those first.
    bounced.send(Mail, mail=mail)
    Mail.objects.filter(pk=mail.pk, bounced_at=None).update(bounced_at=timezone.now())
