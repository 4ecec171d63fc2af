"""Tickets, contacts, entitlements and customers for tests that are about something else; straight into the database."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from organizations.models import Organization
from support.models import (
    Contact,
    Customer,
    CustomerPerson,
    Entitlement,
    Message,
    Product,
    Side,
    SupportLevel,
    Ticket,
)

NUMBERS = count(1)


def make_level(key: str = "premium", **columns: Any) -> SupportLevel:
    """A level of support."""
    return SupportLevel.objects.get_or_create(key=key, defaults={"name": key.capitalize(), **columns})[0]


def make_product(key: str = "database", **columns: Any) -> Product:
    """A product."""
    row = {"name": key.capitalize(), "family": "databases", **columns}
    return Product.objects.get_or_create(key=key, defaults=row)[0]


def make_entitlement(organization: Organization, **columns: Any) -> Entitlement:
    """An entitlement for the year around today."""
    number, today = next(NUMBERS), timezone.now().date()
    row = {
        "number": f"E-{number:05}",
        "name": "Support for databases",
        "tier": "Premium",
        "units": 4,
        "unit": "nodes",
        "starts_on": today - timedelta(days=180),
        "ends_on": today + timedelta(days=180),
        "families": ["databases"],
    }
    level = columns.pop("level", None) or make_level()
    return Entitlement.objects.create(organization=organization, level=level, **{**row, **columns})


def make_contact(organization: Organization, name: str = "Carla Contact", **columns: Any) -> Contact:
    """A contact of the organization's own."""
    row = {"email": f"contact-{next(NUMBERS)}@example.com", "side": Side.CUSTOMER}
    return Contact.objects.create(organization=organization, name=name, **{**row, **columns})


def make_ticket(
    organization: Organization, raised_by: User | None, title: str = "It does not start", **columns: Any
) -> Ticket:
    """A ticket with its first message, waiting for staff."""
    last = organization.tickets.order_by("-number").values_list("number", flat=True).first() or 0
    name = raised_by.name if raised_by else "Somebody"
    ticket = Ticket(
        organization=organization,
        number=last + 1,
        title=title,
        raised_by=raised_by,
        raised_by_name=name,
        **columns,
    )
    ticket.copy_search()
    ticket.save()
    Message.objects.create(ticket=ticket, author=raised_by, author_name=name, body="It says nothing.")
    return ticket


def make_customer(name: str = "Example Industries", **columns: Any) -> Customer:
    """A customer of the directory, with nobody in it."""
    return Customer.objects.create(**{"key": f"C-{next(NUMBERS)}", "name": name, **columns})


def make_customer_person(customer: Customer, email: str, **columns: Any) -> CustomerPerson:
    """Somebody of a customer, with the role of a member."""
    return CustomerPerson.objects.create(customer=customer, email=email, **{"role": "technical", **columns})
