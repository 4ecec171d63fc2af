"""Rows that code makes: recorded the first time, written again as new rows wherever they are wanted after that.

To make the cast takes a hundred queries, and two thousand tests begin with it; to write its rows takes one for each
model. What is written differs from what would have been made in nothing that a test can see: identifiers are new and
in the order in which they were made, and the time of making is now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import AutoField, Model
from django.utils import timezone

from console.ids import uuid7

type Ids = dict[UUID, UUID]


def _models() -> Iterator[type[Model]]:
    return (model for model in apps.get_models() if model._meta.managed and not model._meta.proxy)


def _values(row: Model) -> dict[str, Any]:
    """Its columns, without those that the database fills in."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.generated and not (field.primary_key and isinstance(field, AutoField))
    }


@dataclass(frozen=True)
class Recording:
    """Rows by model, made from ``begun`` to ``ended``, and their identifiers in the order of their making."""

    rows: dict[type[Model], list[dict[str, Any]]]
    ids: list[UUID]
    begun: datetime
    ended: datetime

    @classmethod
    def of(cls, make: Callable[[], object]) -> "Recording":
        """Record the rows that ``make`` adds to the database."""
        before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in _models()}
        begun = timezone.now()
        make()
        ended = timezone.now()
        rows = {
            model: [_values(row) for row in model._base_manager.order_by("pk") if row.pk not in known]
            for model, known in before.items()
        }
        made = {model: values for model, values in rows.items() if values}
        keys = {values[model._meta.pk.attname] for model in made if _has_uuid(model) for values in made[model]}
        return cls(made, sorted(keys), begun, ended)

    def write(self) -> dict[UUID, Model]:
        """Write them as new rows; the rows by the identifiers that were recorded."""
        ids = {recorded: uuid7() for recorded in self.ids}
        now = timezone.now()
        written: dict[UUID, Model] = {}
        with transaction.atomic():
            for model, recorded in self.rows.items():
                renewed = [{name: self._renewed(value, ids, now) for name, value in row.items()} for row in recorded]
                rows = model._base_manager.bulk_create([model(**row) for row in renewed])
                if _has_uuid(model):
                    key = model._meta.pk.attname
                    written |= {row[key]: made for row, made in zip(recorded, rows, strict=True)}
        return written

    def _renewed(self, value: Any, ids: Ids, now: datetime) -> Any:
        if isinstance(value, UUID):
            return ids.get(value, value)
        if isinstance(value, datetime):
            assert self.begun <= value <= self.ended, f"{value} is not the time of making: say how it is renewed."
            return now
        if isinstance(value, dict):
            return {name: self._renewed(one, ids, now) for name, one in value.items()}
        if isinstance(value, list):
            return [self._renewed(one, ids, now) for one in value]
        return value


def _has_uuid(model: type[Model]) -> bool:
    field = model._meta.pk
    return field.get_internal_type() == "UUIDField"
