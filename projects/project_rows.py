"""Which projects a list or a file shows, and what a row says.

Rows come as values: nothing is looked up by row.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.http import QueryDict

from console.pages import Order, batches, moments
from console.text import one_line
from organizations.actors import Actor
from organizations.models import Membership
from projects.models import Project, Region, Service, Tag
from projects.models.project import ProjectQuerySet, State, Visibility
from projects.models.service import State as ServiceState

ORDERS = {"name": Order("sort_name"), "created": moments("created_at"), "changed": moments("changed_at")}
COLUMNS = [
    "id", "slug", "name", "description", "state", "visibility", "created_at", "changed_at", "ends_at", "sort_name",
    "region__name",
]  # fmt: skip

type Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The projects that somebody asks for: ``q``, ``state``, ``region``, ``visibility`` and ``tag``.

    ``regions``: those that can be asked for, as choices.
    """

    projects: ProjectQuerySet
    q: str
    state: str
    region: str
    visibility: str
    tag: str
    regions: list[tuple[str, str]]

    @classmethod
    def of(cls, reader: Actor, query: QueryDict | Mapping[str, str]) -> Self:
        """What ``query`` asks for (an address, by its names) of what the reader may know of.

        What makes no sense narrows nothing.
        """
        regions = list(Region.objects.values_list("key", "name"))
        found = Project.objects.visible_to(reader)
        if term := query.get("q", "").strip():
            found = found.matching(term)
        state = _known(query.get("state", ""), State.values)
        region = _known(query.get("region", ""), [key for key, _name in regions])
        visibility = _known(query.get("visibility", ""), Visibility.values)
        tag = one_line(query.get("tag", "")).lower()
        if state:
            found = found.filter(state=state)
        if region:
            found = found.filter(region__key=region)
        if visibility:
            found = found.filter(visibility=visibility)
        if tag:
            found = found.tagged(tag)
        return cls(projects=found, q=term, state=state, region=region, visibility=visibility, tag=tag, regions=regions)

    @property
    def values(self) -> Any:
        """The rows as values."""
        return self.projects.values(*COLUMNS)

    @property
    def is_narrowed(self) -> bool:
        """Whether not all projects are asked for."""
        return bool(self.q or self.state or self.region or self.visibility or self.tag)

    @property
    def context(self) -> dict[str, Any]:
        """What the filters above the list show."""
        return {
            "q": self.q,
            "state": self.state,
            "region": self.region,
            "visibility": self.visibility,
            "tag": self.tag,
            "regions": self.regions if len(self.regions) > 1 or self.region else [],
            "states": State.choices,
            "is_narrowed": self.is_narrowed,
        }

    def batches(self, reader: Membership) -> Iterator[list[Row]]:
        """Every row, by name, some at a time, for as long as the ``reader`` is a member (ATTACKS 23)."""
        still = Membership.objects.current().filter(pk=reader.pk).exists
        for rows in batches(self.values, orders=ORDERS, default="name", still=still):
            yield rows_of(rows)


def rows_of(found: Collection[dict[str, Any]]) -> list[Row]:
    """Projects as a list shows them, of the values of `COLUMNS`: two queries for whatever else it says of them."""
    ids: list[UUID] = [values["id"] for values in found]
    services, tags = _services(ids), _tags(ids)
    return [
        {
            **values,
            "region": values["region__name"],
            "state_label": State(values["state"]).label,
            "visibility_label": Visibility(values["visibility"]).label,
            "is_restricted": values["visibility"] == Visibility.RESTRICTED,
            "services": services.get(values["id"], []),
            "tags": tags.get(values["id"], []),
        }
        for values in found
    ]


def _services(ids: Collection[UUID]) -> dict[UUID, list[tuple[str, str, int]]]:
    """How many services each project has by their states, as value, label and number, in the order of the states."""
    counted = Service.objects.present().filter(project__in=ids).counted()
    return {
        pk: [(state.value, str(state.label), numbers[state]) for state in ServiceState if state in numbers]
        for pk, numbers in counted.items()
    }


def _tags(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for project, name in Tag.objects.filter(project__in=ids).order_by("name").values_list("project", "name"):
        found.setdefault(project, []).append(name)
    return found


def _known(value: str, known: Collection[str]) -> str:
    return value if value in known else ""
