"""Contacts: whom to ask. The organization's own are its settings; the company's people are set by staff."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import is_readable, one_line
from console.versions import Marks, check_unchanged
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission
from support.models import Contact, Side
from support.models.customer import NAME_LENGTH

# Of an organization's own: a list that nobody reads to its end is none.
MOST = 200
FIELDS = ("name", "duty", "email", "phone")
LENGTHS = {"name": NAME_LENGTH, "duty": 80, "email": 254, "phone": 40}
# As people write a number down, with an extension.
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./-]{3,}(?:(?: ?ext\.? ?|x|#)[0-9]{1,6})?", re.IGNORECASE)


@audited("contact.added")
def add_contact(
    *,
    organization: Organization,
    name: str,
    duty: str = "",
    email: str = "",
    phone: str = "",
    side: str = Side.CUSTOMER,
    by: Actor,
) -> Contact:
    """Add somebody to be asked (text 003: *Support contacts*).

    ``side``: whose person it is; the company's (`Side.COMPANY`) are added by staff alone. Raises Refused at the field
    for a name that cannot be read, without a way to reach them, and for more than `MOST`.
    """
    organization, by = _lock(organization, by)
    _check_side(side, by)
    if side == Side.CUSTOMER and organization.contacts.filter(side=side).count() >= MOST:
        raise Refused(_("There are %d contacts. Remove one first.") % MOST, code="too-many")
    contact = Contact(organization=organization, side=side)
    _fill(contact, {"name": name, "duty": duty, "email": email, "phone": phone})
    contact.save(force_insert=True)
    record(
        "contact.added",
        by=by,
        organization_id=organization.pk,
        target=contact,
        after={"side": str(side)},
        texts={field: ("", getattr(contact, field)) for field in FIELDS[1:] if getattr(contact, field)},
    )
    return contact


@audited("contact.changed")
def change_contact(
    *,
    contact: Contact,
    name: str,
    duty: str,
    email: str,
    phone: str,
    seen: Marks | None = None,
    by: Actor,
) -> Contact:
    """Change what is known of a contact; whatever changes here, no import of customers overwrites.

    ``seen``: what the form was opened with (`console.versions`). Raises Refused.
    """
    contact, by = _lock_contact(contact, by)
    before = {field: getattr(contact, field) for field in FIELDS}
    check_unchanged(seen, before)
    _fill(contact, {"name": name, "duty": duty, "email": email, "phone": phone})
    changed = [field for field in FIELDS if getattr(contact, field) != before[field]]
    if not changed:
        return contact
    contact.save(update_fields=changed)
    record(
        "contact.changed",
        by=by,
        organization_id=contact.organization_id,
        target=contact,
        after={"fields": changed},
        texts={field: (before[field], getattr(contact, field)) for field in changed},
    )
    return contact


@audited("contact.removed")
def remove_contact(*, contact: Contact, by: Actor) -> Contact:
    """Remove a contact. Who they are as a member, or as the company's, stays."""
    contact, by = _lock_contact(contact, by)
    record(
        "contact.removed",
        by=by,
        organization_id=contact.organization_id,
        target=contact,
        before={"side": contact.side},
    )
    Contact.objects.filter(pk=contact.pk).delete()
    return contact


def clean_contact(values: dict[str, Any]) -> dict[str, str]:
    """What was typed of a contact (`FIELDS`), as it is kept. Raises Refused, at the field."""
    kept = {field: one_line(str(values.get(field) or ""), LENGTHS[field]) for field in FIELDS}
    if not is_readable(kept["name"]):
        raise Refused(_("Enter a name."), code="name", field="name")
    if kept["email"]:
        try:
            validate_email(kept["email"])
        except ValidationError:
            raise Refused(_("Enter a valid e-mail address."), code="email", field="email") from None
    if kept["phone"] and not _PHONE.fullmatch(kept["phone"]):
        raise Refused(_("Enter a phone number, such as +33 1 23 45 67 89."), code="phone", field="phone")
    if not kept["email"] and not kept["phone"]:
        raise Refused(_("Enter an e-mail address, a phone number, or both."), code="unreachable", field="email")
    return kept


def _fill(contact: Contact, values: dict[str, Any]) -> None:
    for field, value in clean_contact(values).items():
        setattr(contact, field, value)


def _lock(organization: Organization, by: Actor) -> tuple[Organization, Actor]:
    # Who does not see contacts changes none.
    organization, by = lock(organization.pk, by, Permission.VIEW_CUSTOMER_DATA)
    return lock(organization.pk, by, Permission.EDIT_SETTINGS)


def _lock_contact(contact: Contact, by: Actor) -> tuple[Contact, Actor]:
    organization, by = _lock(contact.organization, by)
    try:
        contact = Contact.objects.select_for_update().get(pk=contact.pk, organization=organization)
    except Contact.DoesNotExist:
        raise Refused(_("Somebody has removed this contact meanwhile."), code="gone") from None
    contact.organization = organization
    _check_side(contact.side, by)
    return contact, by


def _check_side(side: str, by: Actor) -> None:
    if side != Side.CUSTOMER and not by.is_trusted:
        raise Refused(_("Our people for you are set by our staff."), code="staff-only")
