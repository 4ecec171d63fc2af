"""The organization of the key: what it is called, who finds it, and who it is on paper."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from console.api.problems import Problem
from console.api.schemas import Given
from organizations.actions import edit_details, edit_joining, edit_organization, set_reminders
from organizations.actions.details import values_of
from organizations.actions.settings import DESCRIPTION_LENGTH, JOINING, NAMING
from organizations.addresses import PARTS
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models import Details, Organization
from organizations.models.details import COMPANY_LENGTH, PART_LENGTH, STREET_LENGTH
from organizations.models.organization import NAME_LENGTH, SLUG_LENGTH
from organizations.roles import Permission
from organizations.vat import VAT_LENGTH

operations = Operations("Organization")


class OrganizationShown(Schema):
    """An organization, or a personal account."""

    id: UUID
    kind: Literal["team", "personal"] = Field(description="A personal account has exactly one user.")
    name: str = Field(description="Empty for a personal account.", examples=["Acme"])
    slug: str = Field(description="Its part in the addresses of pages.", examples=["acme"])
    description: str
    status: Literal["active", "suspended", "closed"]
    suspended_for: Literal["", "unfunded", "past_due", "staff"] = Field(
        description="Why it is suspended; empty where it is not."
    )
    why_suspended: str = Field(
        description="What that stops, and who ends it, in sentences; empty where it is not suspended.",
        examples=["A payment is due. Nothing new can be created or started until it is made."],
    )
    created_at: datetime


class OrganizationChange(Given):
    """What to change; what is left out stays."""

    name: str = Field(default_factory=str, max_length=NAME_LENGTH, examples=["Acme Robotics"])
    slug: str = Field(
        default_factory=str,
        max_length=SLUG_LENGTH,
        description="Small letters, digits and hyphens. Pages at the former address lead to the new one.",
        examples=["acme-robotics"],
    )
    description: str = Field(default_factory=str, max_length=DESCRIPTION_LENGTH)


class JoiningShown(Schema):
    """Who finds the organization, who may invite, and whether the invited are reminded."""

    discoverability: Literal["off", "public"] = Field(
        description="Whether everybody who is signed in finds it in the directory and may ask to join."
    )
    members_may_invite: bool = Field(description="Whether every member may invite, whatever the role.")
    reminds_invited: bool = Field(description="Whether who has not answered an invitation is reminded once.")


class JoiningChange(Given):
    """What to change; what is left out stays."""

    discoverability: Literal["off", "public"] = Field(default_factory=lambda: "off")
    members_may_invite: bool = Field(default_factory=bool)
    reminds_invited: bool = Field(default_factory=bool)


class DetailsShown(Schema):
    """Company, address and VAT number, which bills bear. All is empty until somebody has filled it in."""

    company: str = Field(examples=["Acme Robotics SA"])
    country: str = Field(description="A code of ISO 3166-1.", examples=["CH"])
    street_address: str = Field(description="Up to three lines.", examples=["Rue du Lac 1"])
    city_area: str
    city: str = Field(examples=["Lausanne"])
    country_area: str = Field(description="A region, state or province, by its code where the country has codes.")
    postal_code: str = Field(examples=["1003"])
    sorting_code: str
    vat_number: str = Field(description="Without spaces; in the European Union with the prefix of its country.")

    @classmethod
    def of(cls, details: Details | None) -> Self:
        """The details, or what there is where there are none."""
        return cls(**values_of(details))


class DetailsChange(Given):
    """What to change; what is left out stays. Parts of the address that its country does not have become empty."""

    company: str = Field(default_factory=str, max_length=COMPANY_LENGTH)
    country: str = Field(default_factory=str, max_length=2, description="A code of ISO 3166-1.", examples=["CH"])
    street_address: str = Field(default_factory=str, max_length=STREET_LENGTH)
    city_area: str = Field(default_factory=str, max_length=PART_LENGTH)
    city: str = Field(default_factory=str, max_length=PART_LENGTH)
    country_area: str = Field(default_factory=str, max_length=PART_LENGTH)
    postal_code: str = Field(default_factory=str, max_length=PART_LENGTH)
    sorting_code: str = Field(default_factory=str, max_length=PART_LENGTH)
    vat_number: str = Field(default_factory=str, max_length=2 * VAT_LENGTH, description="Empty if there is none.")


@operations.get("/organization", Permission.VIEW_ORGANIZATION, returns=OrganizationShown)
def show_organization(request: KeyRequest) -> Organization:
    """Show the organization that the key belongs to."""
    return request.organization


@operations.patch("/organization", Permission.EDIT_SETTINGS, returns=OrganizationShown)
def change_organization(request: KeyRequest, change: OrganizationChange) -> Organization:
    """Change its name, address or description. A personal account has none of these."""
    now = {field: getattr(request.organization, field) for field in NAMING}
    return edit_organization(
        organization=request.organization, **{**now, **change.model_dump(exclude_unset=True)}, by=request.actor
    )


@operations.get("/organization/joining", Permission.EDIT_SETTINGS, returns=JoiningShown)
def show_joining(request: KeyRequest) -> Organization:
    """Show who finds it, and who may invite."""
    _check_team(request)
    return request.organization


@operations.patch("/organization/joining", Permission.EDIT_SETTINGS, returns=JoiningShown)
def change_joining(request: KeyRequest, change: JoiningChange) -> Organization:
    """Change who finds it, who may invite, and whether the invited are reminded."""
    _check_team(request)
    changed = change.model_dump(exclude_unset=True)
    now = {field: getattr(request.organization, field) for field in JOINING}
    reminds = changed.pop("reminds_invited", request.organization.reminds_invited)
    # The second is refused for nothing that the first is not: both are done, or neither.
    edit_joining(organization=request.organization, **{**now, **changed}, by=request.actor)
    return set_reminders(organization=request.organization, reminds_invited=reminds, by=request.actor)


@operations.get(
    "/organization/details", Permission.EDIT_BILLING_DETAILS, Permission.EDIT_SETTINGS, returns=DetailsShown
)
def show_details(request: KeyRequest) -> DetailsShown:
    """Show company, address and VAT number, of a personal account too."""
    return DetailsShown.of(_details(request))


@operations.patch(
    "/organization/details", Permission.EDIT_BILLING_DETAILS, Permission.EDIT_SETTINGS, returns=DetailsShown
)
def change_details(request: KeyRequest, change: DetailsChange) -> DetailsShown:
    """Change company, address and VAT number. The address is checked by the rules of its country."""
    values = values_of(_details(request)) | change.model_dump(exclude_unset=True)
    details = edit_details(
        organization=request.organization,
        company=values["company"],
        country=values["country"],
        address={part: values[part] for part in PARTS},
        vat_number=values["vat_number"],
        by=request.actor,
    )
    return DetailsShown.of(details)


def _details(request: KeyRequest) -> Details | None:
    return Details.objects.filter(organization=request.organization).first()


def _check_team(request: KeyRequest) -> None:
    if request.organization.is_personal:
        raise Problem.not_found()
