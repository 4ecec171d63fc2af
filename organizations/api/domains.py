"""The domain names of the organization."""

from datetime import datetime
from typing import Literal, Self, cast
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from console.api.pages import page_of
from console.api.schemas import Given, Listed, Paging
from console.pages import Order
from organizations import actions
from organizations.actions.domains.adding import LONGEST
from organizations.actions.domains.checking import wake_check
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import Domain
from organizations.roles import Permission

operations = Operations("Domains")

type Joins = Literal["off", "suggest", "join"]
type Problems = Literal["", "no_name", "no_record", "other_record", "no_answer", "taken"]

KEY_LENGTH = 40


class DomainShown(Schema):
    """A domain name, the record that proves it, and what it means for who proves an address in it."""

    id: UUID
    name: str = Field(description="In ASCII: other letters have their xn-- form.", examples=["example.com"])
    record_name: str = Field(
        description="Where the TXT record stands that proves the name.", examples=["_console-verification.example.com"]
    )
    record_value: str = Field(
        description="What that record says.",
        examples=["console-verification=kQ2vYb1nW8s3mXr7pLz0cTf5hGj9dAe4uVi6oNyRqEw"],
    )
    is_verified: bool
    verified_at: datetime | None
    checked_at: datetime | None = Field(description="When DNS was last asked.")
    problem: Problems = Field(
        description="What was found instead of the record; empty where nothing was. `no_answer`: the name servers did "
        "not answer; `taken`: the record is right, and another organization has proven the name."
    )
    missing_since: datetime | None = Field(description="Since when the record of a proven name is gone.")
    lapses_at: datetime | None = Field(description="When the name is lost if it stays so.")
    joining: Joins = Field(
        description="What happens to who proves an address there: nothing, the organization is suggested, or they join."
    )
    role: str = Field(description="The key of the role with which they join.")
    created_at: datetime

    @classmethod
    def of(cls, domain: Domain) -> Self:
        """A domain name as it is shown."""
        return cls(
            id=domain.pk,
            name=domain.name,
            record_name=domain.record_name,
            record_value=domain.record_value,
            is_verified=domain.is_proven,
            verified_at=domain.verified_at,
            checked_at=domain.checked_at,
            problem=cast("Problems", domain.problem),
            missing_since=domain.missing_since,
            lapses_at=domain.lapses_at,
            joining=cast("Joins", domain.joining),
            role=domain.role_key,
            created_at=domain.created_at,
        )


class DomainGiven(Given):
    """A domain name to prove."""

    name: str = Field(min_length=1, max_length=LONGEST, examples=["example.com"])


class DomainChange(Given):
    """What to change; what is left out stays."""

    joining: Joins = Field(
        default_factory=lambda: "off", description="Anything but `off` needs “invite_members”, and a proven name."
    )
    role: str = Field(
        default_factory=str,
        max_length=KEY_LENGTH,
        description="The key of a role that may do no more than the key that asks; never the first built-in one. Read "
        "where people join.",
        examples=["member"],
    )


@operations.get("/domains", Permission.EDIT_SETTINGS, returns=Listed[DomainShown])
def list_domains(request: KeyRequest, asked: Query[Paging]) -> Listed[DomainShown]:
    """List the domain names by name, proven or not."""
    domains = request.organization.domains.all()
    return page_of(domains, asked, orders={"name": Order("name")}, default="name", draw=DomainShown.of)


@operations.post("/domains", Permission.EDIT_SETTINGS, returns=DomainShown)
def add_domain(request: KeyRequest, given: DomainGiven, response: HttpResponse) -> DomainShown:
    """Add a domain name; once its record is found, it is proven. It is looked for by itself, at first each minute."""
    domain = actions.add_domain(organization=request.organization, name=given.name, by=request.actor)
    response.headers["Location"] = f"/api/v1/domains/{domain.pk}"
    return DomainShown.of(domain)


@operations.get("/domains/{uuid:pk}", Permission.EDIT_SETTINGS, returns=DomainShown)
def show_domain(request: KeyRequest, pk: UUID) -> DomainShown:
    """Show a domain name."""
    return DomainShown.of(_domain(request, pk))


@operations.post("/domains/{uuid:pk}/checks", Permission.EDIT_SETTINGS, returns=DomainShown, status=202)
def check_domain(request: KeyRequest, pk: UUID) -> DomainShown:
    """Have the record looked for now; what was found is shown a few seconds later, with a new `checked_at`."""
    domain = actions.ask_for_check(domain=_domain(request, pk), by=request.actor)
    wake_check(domain)
    return DomainShown.of(domain)


@operations.patch("/domains/{uuid:pk}", Permission.EDIT_SETTINGS, returns=DomainShown)
def change_domain(request: KeyRequest, pk: UUID, change: DomainChange) -> DomainShown:
    """Change what happens to people with an address there; those who have one already join within minutes."""
    domain = _domain(request, pk)
    changed = change.model_dump(exclude_unset=True)
    edited = actions.set_domain_joining(
        domain=domain,
        joining=changed.get("joining", domain.joining),
        role=changed.get("role", domain.role_key),
        by=request.actor,
    )
    return DomainShown.of(edited)


@operations.delete("/domains/{uuid:pk}", Permission.EDIT_SETTINGS)
def remove_domain(request: KeyRequest, pk: UUID) -> None:
    """Remove a domain name: nobody joins by it any more, and no certificate is used for it."""
    actions.remove_domain(domain=_domain(request, pk), by=request.actor)


def _domain(request: KeyRequest, pk: UUID) -> Domain:
    domain = get_object_or_404(request.organization.domains.all(), pk=pk)
    domain.organization = request.organization
    return domain
