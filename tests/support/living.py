"""A row of each kind that support has, for tests that look at all of them."""

from organizations.actors import Actor
from support.actions.customers import give_in
from support.models import InboundMail, SavedAnswer
from tests.cast import Cast
from tests.support.making import (
    make_contact,
    make_customer,
    make_customer_person,
    make_entitlement,
    make_product,
    make_ticket,
)


def ask_with_all(cast: Cast) -> None:
    """Acme has support, and has asked; there is a customer who has not come."""
    make_contact(cast.acme)
    entitlement = make_entitlement(cast.acme)
    ticket = make_ticket(
        cast.acme, cast.mia.user, product=make_product(), entitlement=entitlement, level=entitlement.level
    )
    make_customer_person(make_customer(), "new.comer@example.com")
    give_in(name="customers.json", content="no JSON", by=Actor.system())
    SavedAnswer.objects.create(title="Plug", body="Look at the plug.")
    InboundMail.objects.create(mail_id="<a@example.org>", outcome="taken", message=ticket.messages.get())
