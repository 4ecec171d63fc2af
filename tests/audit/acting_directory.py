"""What the directory of customers does, for the test of every action: each, and the event that it must leave."""

from collections.abc import Callable

from organizations.models import Membership, Organization
from support.actions.registrations import remind_everybody, remind_person
from support.directory.recreating import join, recreate
from support.models import Customer, CustomerPerson
from tests.cast import Cast
from tests.support.making import make_customer, make_customer_person


def recreated(cast: Cast) -> Organization | None:
    """Sam comes, who is the administrator of a customer; what comes of it belongs to the new organization's log."""
    customer = make_customer()
    make_customer_person(customer, cast.sam.user.email, role="owner", is_administrator=True)
    organization = recreate(customer=customer, user=cast.sam.user, by=cast.sam.actor())
    if organization:
        cast.acme = organization
    return organization


def known(cast: Cast, email: str = "zoe@example.org") -> CustomerPerson:
    """Somebody of the customer that Acme is."""
    customer = Customer.objects.filter(organization=cast.acme).first() or make_customer(organization=cast.acme)
    return make_customer_person(customer, email, role="member")


def joined(cast: Cast) -> Membership | None:
    """Sam is one of them, and comes."""
    return join(person=known(cast, cast.sam.user.email), user=cast.sam.user, by=cast.sam.actor())


DIRECTORY: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "recreate": ("customer.recreated", recreated),
    "join": ("customer.joined", joined),
    "remind_person": (
        "registration.reminded",
        lambda c: remind_person(organization=c.acme, person_id=known(c).pk, by=c.adam.actor(c.acme)),
    ),
    "remind_everybody": (
        "registration.reminded",
        lambda c: (known(c), remind_everybody(organization=c.acme, by=c.adam.actor(c.acme))),
    ),
}
