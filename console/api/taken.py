"""Which arguments and which fields an operation takes: read from what ninja made of its function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, get_args

from pydantic import BaseModel


@dataclass(frozen=True)
class Taken:
    """``arguments`` in the address, of which ``lists`` may stand several times; the fields of the ``body``."""

    arguments: frozenset[str]
    lists: frozenset[str]
    body: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        """What a refusal may name."""
        return self.arguments | self.body

    @classmethod
    def by(cls, run: Callable[..., Any]) -> Self:
        """What the operation takes that ``run``, a bound method of ninja's, is of."""
        arguments, lists, body = set(), set(), set()
        for model in run.__self__.models:  # type: ignore[attr-defined] # a method, before anything decorates it
            if model.__ninja_param_source__ == "query":
                arguments |= set(model.__ninja_flatten_map__)
                lists |= set(model.__ninja_collection_fields__)
            elif model.__ninja_param_source__ == "body":
                body |= _fields(model)
        return cls(frozenset(arguments), frozenset(lists), frozenset(body))


def _fields(model: type[BaseModel]) -> set[str]:
    """The names in the one body that an operation takes, or may do without."""
    (field,) = model.model_fields.values()
    schemas = [one for one in (field.annotation, *get_args(field.annotation)) if isinstance(one, type)]
    return {name for one in schemas if issubclass(one, BaseModel) for name in one.model_fields}
