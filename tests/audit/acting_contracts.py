"""Actions on contacts and entitlements, for the test of every action: what each does, and the event that it leaves."""

from collections.abc import Callable
from datetime import date
from typing import Any

from organizations.actors import Actor
from support.actions.contacts import add_contact, change_contact, remove_contact
from support.actions.entitlements import add_entitlement, change_entitlement, remove_entitlement
from support.models import Contact, Entitlement
from tests.cast import Cast
from tests.support.making import make_contact, make_entitlement, make_level

KARLA: dict[str, Any] = {"name": "Karla", "duty": "", "email": "karla@example.com", "phone": ""}


def contact(cast: Cast) -> Contact:
    """Acme's, added by Adam."""
    return add_contact(organization=cast.acme, **KARLA, by=cast.adam.actor(cast.acme))


def entitlement(cast: Cast, by: Actor) -> Entitlement:
    """Acme's, written down by staff."""
    terms = {"number": "E-1", "name": "Databases", "level": make_level(), "families": []}
    days = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}
    return add_entitlement(organization=cast.acme, by=by, **terms, **days)


CONTRACTS: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "add_contact": ("contact.added", contact),
    "change_contact": (
        "contact.changed",
        lambda c: change_contact(contact=make_contact(c.acme), **KARLA, by=c.adam.actor(c.acme)),
    ),
    "remove_contact": (
        "contact.removed",
        lambda c: remove_contact(contact=make_contact(c.acme), by=c.adam.actor(c.acme)),
    ),
    # What only staff and the system do.
    "add_entitlement": ("entitlement.added", lambda c: entitlement(c, Actor.system())),
    "change_entitlement": (
        "entitlement.changed",
        lambda c: change_entitlement(entitlement=make_entitlement(c.acme), units=99, by=Actor.system()),
    ),
    "remove_entitlement": (
        "entitlement.removed",
        lambda c: remove_entitlement(entitlement=make_entitlement(c.acme), by=Actor.system()),
    ),
}
BY_STAFF: dict[str, tuple[str, Callable[[Cast, Actor], object]]] = {
    "add_contact": ("contact.added", lambda c, by: add_contact(organization=c.acme, **KARLA, by=by)),
    "add_entitlement": ("entitlement.added", entitlement),
}
