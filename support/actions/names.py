"""The names that tickets and messages keep of who wrote them."""

from accounts.models import User
from console.text import one_line
from support.models import Message, Ticket
from support.models.ticket import NAME_LENGTH


def rename_writer(user: User) -> None:
    """Show the name that somebody has now, in all that they have raised and written."""
    name = one_line(user.name, NAME_LENGTH)
    Ticket.objects.filter(raised_by=user).exclude(raised_by_name=name).update(raised_by_name=name)
    written = Message.objects.filter(author=user)
    written.filter(is_staff=False).exclude(author_name=name).update(author_name=name)
    # Of staff no more is kept than people may see.
    written.filter(is_staff=True).update(author_name=one_line(user.first_name, NAME_LENGTH))


def forget_writer(user: User) -> None:
    """Forget the name of somebody whose account ends, in the transaction that deletes it (GDPR, article 17).

    Nothing is written by them meanwhile: their memberships have ended, under the locks that writing takes.
    """
    Ticket.objects.filter(raised_by=user).update(raised_by_name="")
    Message.objects.filter(author=user).update(author_name="")
