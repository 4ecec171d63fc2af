"""What goes with an organization that is over."""

from organizations.models import Organization
from support.actions.attachments import discard_files_of
from support.models import Contact, Entitlement, Ticket

# Tickets that go at a time: each has messages, and files.
BATCH = 200


def end_support(organization: Organization) -> bool:
    """Delete some of the support of a locked organization that is closed for good; whether there is more.

    Whoever could see it is gone, so nothing of it is kept but the log; files go once it is committed.
    """
    some = list(organization.tickets.order_by("id").values_list("pk", flat=True)[:BATCH])
    tickets = Ticket.objects.filter(pk__in=some)
    discard_files_of(tickets)
    tickets.delete()
    if len(some) == BATCH:
        return True
    Contact.objects.filter(organization=organization).delete()
    Entitlement.objects.filter(organization=organization).delete()
    return False


def discard_files_with(organization: Organization) -> None:
    """Remove the files of an organization's tickets once the transaction that deletes its row is committed."""
    discard_files_of(Ticket.objects.filter(organization=organization))
