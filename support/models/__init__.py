"""Help: who is in touch with whom, what was bought of it, tickets, and whom the company knows as customers."""

from support.models.contact import Contact, Side
from support.models.customer import Customer, CustomerPerson, DirectoryImport, Origin
from support.models.entitlement import Entitlement, SupportLevel
from support.models.mail import InboundMail
from support.models.product import Product
from support.models.ticket import (
    Attachment,
    Message,
    Priority,
    SavedAnswer,
    State,
    Ticket,
    Via,
)

__all__ = [
    "Attachment",
    "Contact",
    "Customer",
    "CustomerPerson",
    "DirectoryImport",
    "Entitlement",
    "InboundMail",
    "Message",
    "Origin",
    "Priority",
    "Product",
    "SavedAnswer",
    "Side",
    "State",
    "SupportLevel",
    "Ticket",
    "Via",
]
