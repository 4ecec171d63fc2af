"""Answers to tickets that come in by mail: from whom, to which ticket, and whether they are taken.

Whoever answers must be who was written to: the address that the mail came to proves to whom ours went
(support.reply_addresses), and the address that it came from is one that this person has verified. So neither a forged
sender nor a forwarded mail is enough. Who is not proven is told nothing (no backscatter).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.letters import reading
from accounts.models import User
from accounts.models.user import clean_address
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Membership
from outbox.models import Mail
from support.actions.arriving import Arrived
from support.actions.readers import member_reading
from support.actions.tickets import write_message
from support.files import StoredFile, discard, store
from support.files.storing import check_together, clean_name
from support.letters.tickets import REFUSAL, tell_of_refusal
from support.models import InboundMail, Message, Ticket, Via
from support.quoting import reply_of
from support.reply_addresses import token_among

# What one reader writes by mail within an hour, and how often they are told that something was not taken.
MAILS, TOLD = 20, 5
WITHIN: Final = timedelta(hours=1)
# How long staff see what became of a mail. One that was taken is known by its message for as long as that is there.
KEPT: Final = timedelta(days=90)


@dataclass(eq=False)
class NotTakenError(Exception):
    """A mail is refused: why, in English for staff; and the ticket and who has answered it, once both are proven.

    ``why``: for that person, called in their language; without it, they are told nothing.
    """

    problem: str
    ticket: Ticket | None = None
    reader: User | None = None
    why: Callable[[], str] | None = None


def take_in(mail: Arrived) -> InboundMail:
    """Add a mail to its ticket, or refuse it; what became of it. One that was handed over before changes nothing.

    Raises Refused (``storage``) where its files cannot be stored now: hand it over again later.
    """
    known = InboundMail.objects.filter(mail_id=mail.mail_id).first()
    if known:
        return known
    if taken := Message.objects.filter(mail_id=mail.mail_id).first():
        # We were stopped before it was noted, or have forgotten the note: what is said of it now changes nothing.
        return _note(mail, outcome=InboundMail.Outcome.TAKEN, message=taken)[0]
    try:
        message = _take(mail)
    except NotTakenError as refusal:
        return _refuse(mail, refusal)
    return _note(mail, outcome=InboundMail.Outcome.TAKEN, message=message)[0]


def prune_inbound_mails() -> int:
    """Forget what became of old mails; how many there were."""
    return InboundMail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


def _take(mail: Arrived) -> Message:
    ticket, member = _admitted(*_proven(mail))
    text = reply_of(mail.text)
    if not text:
        raise NotTakenError(gettext_noop("There was no text in it."), ticket, member.user, _no_text)
    with reading(member.user):
        try:
            with _kept(mail) as (files, left_out):
                return write_message(
                    ticket=ticket,
                    body=text + _left_out(left_out),
                    files=files,
                    via=Via.MAIL,
                    mail_id=mail.mail_id,
                    by=Actor.member(member),
                )
        except Refused as refusal:
            if refusal.code == "storage":
                raise
            why = " ".join(refusal.messages)
            raise NotTakenError(
                gettext_noop("It was refused: the organization's audit log says why."), ticket, member.user, lambda: why
            ) from None
        except IntegrityError:
            # Handed over twice at once, or noted by nobody because we were stopped: it is there.
            return Message.objects.get(mail_id=mail.mail_id)


def _proven(mail: Arrived) -> tuple[UUID, User]:
    """Which ticket it is about, and who has sent it; raises NotTakenError, and nobody is told."""
    if mail.is_automatic:
        raise NotTakenError(gettext_noop("It was sent by a program."))
    if not mail.is_authentic:
        raise NotTakenError(gettext_noop("The mail provider says that its sender is forged."))
    token = token_among(mail.recipients)
    if token is None:
        raise NotTakenError(gettext_noop("None of its recipients is an address of a ticket."))
    reader = _owner(mail.sender)
    if reader is None:
        raise NotTakenError(gettext_noop("Its sender is not a verified address of anybody here."))
    if not token.is_of(reader.pk):
        raise NotTakenError(gettext_noop("It came to an address that was not given to its sender."))
    return token.ticket_id, reader


def _admitted(ticket_id: UUID, reader: User) -> tuple[Ticket, Membership]:
    """The ticket, and the membership by which its reader may see it; raises NotTakenError."""
    ticket = Ticket.objects.select_related("organization").filter(pk=ticket_id).first()
    if ticket is None:
        raise NotTakenError(gettext_noop("The ticket is no longer there."))
    member = member_reading(ticket, reader.pk)
    if member is None:
        raise NotTakenError(gettext_noop("Its sender may no longer see the ticket."), ticket, reader, _not_a_reader)
    lately = Message.objects.filter(author=reader, via=Via.MAIL, created_at__gt=timezone.now() - WITHIN)
    if lately.count() >= MAILS:
        raise NotTakenError(gettext_noop("Its sender has written too many within an hour."), ticket, reader, _too_many)
    return ticket, member


def _owner(sender: str) -> User | None:
    try:
        email = clean_address(sender)
    except ValidationError:
        return None
    found = EmailAddress.objects.filter(email=email, verified=True, user__is_active=True).select_related("user").first()
    return found.user if found else None


@contextmanager
def _kept(mail: Arrived) -> Iterator[tuple[list[StoredFile], list[str]]]:
    """The mail's files as far as we take them, and the names of the others: programs attach signatures and logos."""
    kept: list[StoredFile] = []
    left_out: list[str] = []
    try:
        for name, content in mail.files:
            try:
                file = store(ContentFile(content, name=name))
            except Refused as refusal:
                if refusal.code == "storage":
                    raise
                left_out.append(clean_name(name))
                continue
            kept.append(file)
            try:
                check_together(kept)
            except Refused:
                discard(kept.pop().file)
                left_out.append(file.name)
        yield kept, left_out
    except BaseException:
        for one in kept:
            discard(one.file)
        raise


def _left_out(names: list[str]) -> str:
    if not names:
        return ""
    return "\n\n[" + _("Files of this mail that were not taken: %s") % ", ".join(names[:20]) + "]"


@transaction.atomic
def _refuse(mail: Arrived, refusal: NotTakenError) -> InboundMail:
    noted, is_new = _note(mail, outcome=InboundMail.Outcome.REFUSED, problem=refusal.problem)
    reader, why = refusal.reader, refusal.why
    if is_new and refusal.ticket and reader and why:
        told = Mail.objects.filter(to=reader.email, kind=REFUSAL, created_at__gt=timezone.now() - WITHIN)
        if told.count() < TOLD:
            tell_of_refusal(refusal.ticket, reader, why)
    return noted


def _note(mail: Arrived, **columns: object) -> tuple[InboundMail, bool]:
    return InboundMail.objects.get_or_create(mail_id=mail.mail_id, defaults=columns)


def _no_text() -> str:
    return _("We found no text of yours in it. Write above the line, as plain text, or answer in the console.")


def _not_a_reader() -> str:
    return _("You can no longer see this ticket. Ask somebody who manages the organization.")


def _too_many() -> str:
    return _("You have written many mails within an hour. Wait a little, or answer in the console.")
