"""Which of the organization's own contacts a list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet
from django.http import QueryDict

from console.pages import Order
from console.text import search_terms
from organizations.models import Organization
from support.models import Contact, Side

ORDERS = {"name": Order("name")}


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The organization's own contacts that somebody asks for: ``q`` in name, duty, address and phone."""

    contacts: QuerySet[Contact]
    q: str

    @classmethod
    def of(cls, organization: Organization, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names)."""
        found = Contact.objects.filter(organization=organization, side=Side.CUSTOMER)
        term = query.get("q", "").strip()
        for word in search_terms(term):
            found = found.filter(
                Q(name__icontains=word) | Q(duty__icontains=word) | Q(email__icontains=word) | Q(phone__icontains=word)
            )
        return cls(contacts=found, q=term)
