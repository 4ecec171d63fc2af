"""What all mails about a ticket share, so that programs show them as one conversation.

They answer the same message, which is never sent, and have the same subject in every language (RFC 5322, 3.6.4).
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.models import Message, Ticket
from support.reply_addresses import own_domain


def subject_of(ticket: Ticket) -> str:
    """The subject of every mail about a ticket."""
    return f"[{settings.BRAND_NAME} #{ticket.number}] {ticket.title}"


def thread_of(ticket: Ticket) -> dict[str, str]:
    """The headers that put a mail into the ticket's conversation."""
    first = f"<ticket-{ticket.pk}@{own_domain()}>"
    return {"In-Reply-To": first, "References": first}


def names_of(ticket: Ticket) -> dict[str, str]:
    """What a sentence about a ticket says: ``ticket``, ``organization``."""
    named = _("#%(number)d “%(title)s”") % {"number": ticket.number, "title": ticket.title}
    return {"ticket": named, "organization": ticket.organization.display_name}


def files_of(message: Message) -> list[str]:
    """A paragraph about the files of a message, which stay in the console; none without any."""
    count = message.attachments.count()
    if not count:
        return []
    return [
        ngettext(
            "There is %d file with it, which you find in the console.",
            "There are %d files with it, which you find in the console.",
            count,
        )
        % count
    ]
