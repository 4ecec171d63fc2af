"""Where new projects may be."""

from typing import Self

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission
from projects.models import Region

operations = Operations("Regions")


class RegionShown(Schema):
    """A place where the company runs what is in projects."""

    key: str = Field(description="What other operations call it.", examples=["eu-west"])
    name: str = Field(examples=["Europe, west"])

    @classmethod
    def of(cls, region: Region) -> Self:
        """A region as it is shown."""
        return cls(key=region.key, name=region.name)


class Regions(Schema):
    """All regions: there are never many."""

    items: list[RegionShown]


@operations.get("/regions", Permission.VIEW_ORGANIZATION, returns=Regions)
def list_regions(request: KeyRequest) -> Regions:
    """List the regions that a new project may be in."""
    return Regions(items=[RegionShown.of(region) for region in Region.objects.offered()])


def region_called(key: str) -> Region:
    """The region that a filter names; also one that takes no new projects any more. Raises Refused."""
    region = Region.objects.filter(key=key).first()
    if region is None:
        raise Refused(_("There is no such region."), code="region", field="region")
    return region
