"""The contacts of the organization."""

from typing import Literal, Self, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from organizations.actors import Actor
from organizations.api.operations import Operations, lacking
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from support.actions import contacts as actions
from support.actions.contacts import FIELDS, LENGTHS
from support.contact_rows import ORDERS
from support.models import Contact, Side

operations = Operations("Contacts")

type ContactSide = Literal["customer", "company"]


class ContactShown(Schema):
    """Somebody to be asked."""

    id: UUID
    side: ContactSide = Field(description="Of the organization, or of the company that runs this console.")
    name: str = Field(examples=["Carla Contact"])
    duty: str = Field(description="What for.", examples=["Technical contact"])
    email: str = Field(examples=["carla@example.com"])
    phone: str = Field(examples=["+33 1 23 45 67 89"])

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """A contact as it is shown."""
        return cls(
            id=contact.pk,
            side=cast("ContactSide", contact.side),
            name=contact.name,
            duty=contact.duty,
            email=contact.email,
            phone=contact.phone,
        )


class ContactsAsked(Paging):
    """Which contacts."""

    side: ContactSide | Literal[""] = ""


class ContactGiven(Given):
    """Somebody of the organization, with an address, a phone number, or both."""

    name: str = Field(min_length=1, max_length=LENGTHS["name"], examples=["Carla Contact"])
    duty: str = Field("", max_length=LENGTHS["duty"], examples=["Technical contact"])
    email: str = Field("", max_length=LENGTHS["email"], examples=["carla@example.com"])
    phone: str = Field("", max_length=LENGTHS["phone"], examples=["+33 1 23 45 67 89"])


class ContactChange(Given):
    """What to change; what is left out stays."""

    name: str = Field(default_factory=str, min_length=1, max_length=LENGTHS["name"])
    duty: str = Field(default_factory=str, max_length=LENGTHS["duty"])
    email: str = Field(default_factory=str, max_length=LENGTHS["email"])
    phone: str = Field(default_factory=str, max_length=LENGTHS["phone"])


class _Here:
    """The organization, of which somebody sees the contacts."""

    def permissions_of(self, actor: Actor) -> frozenset[Permission]:
        """As everywhere in it."""
        return actor.permissions


def seen(request: KeyRequest, **_address: object) -> _Here:
    """Where contacts are changed, by who sees them besides. Raises Problem."""
    if not request.actor.can(Permission.VIEW_CUSTOMER_DATA):
        raise lacking(Permission.VIEW_CUSTOMER_DATA, request.actor)
    return _Here()


@operations.get("/contacts", Permission.VIEW_CUSTOMER_DATA, returns=Listed[ContactShown])
def list_contacts(request: KeyRequest, asked: Query[ContactsAsked]) -> Listed[ContactShown]:
    """List the organization's own people and the company's people for it, by name."""
    found = _contacts(request)
    narrowed = found.filter(side=asked.side) if asked.side else found
    return page_of(narrowed, asked, orders=ORDERS, default="name", draw=ContactShown.of)


@operations.post("/contacts", Permission.EDIT_SETTINGS, within=seen, returns=ContactShown)
def make_contact(request: KeyRequest, given: ContactGiven, response: HttpResponse) -> ContactShown:
    """Add somebody of the organization."""
    contact = actions.add_contact(organization=request.organization, **given.model_dump(), by=request.actor)
    response.headers["Location"] = f"/api/v1/contacts/{contact.pk}"
    return ContactShown.of(contact)


@operations.get("/contacts/{uuid:pk}", Permission.VIEW_CUSTOMER_DATA, returns=ContactShown)
def show_contact(request: KeyRequest, pk: UUID) -> ContactShown:
    """Show a contact."""
    return ContactShown.of(get_object_or_404(_contacts(request), pk=pk))


@operations.patch("/contacts/{uuid:pk}", Permission.EDIT_SETTINGS, within=seen, returns=ContactShown)
def change_contact(request: KeyRequest, pk: UUID, change: ContactChange) -> ContactShown:
    """Change what is known of somebody of the organization; the company's people are not there to be changed."""
    contact = _own(request, pk)
    now = {field: getattr(contact, field) for field in FIELDS}
    changed = {**now, **change.model_dump(exclude_unset=True)}
    return ContactShown.of(actions.change_contact(contact=contact, **changed, by=request.actor))


@operations.delete("/contacts/{uuid:pk}", Permission.EDIT_SETTINGS, within=seen)
def delete_contact(request: KeyRequest, pk: UUID) -> None:
    """Remove somebody of the organization from its contacts."""
    actions.remove_contact(contact=_own(request, pk), by=request.actor)


def _contacts(request: KeyRequest) -> QuerySet[Contact]:
    return Contact.objects.filter(organization=request.organization).select_related("organization")


def _own(request: KeyRequest, pk: UUID) -> Contact:
    return get_object_or_404(_contacts(request), pk=pk, side=Side.CUSTOMER)
