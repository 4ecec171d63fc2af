"""What operations take and give: the bases of their schemas."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class Given(Schema):
    """The body or the query of a request: fields that are not known are refused, and text that no database takes."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _is_storable(cls, data: Any) -> Any:
        _refuse_unstorable(data)
        return data


class Listed[Item](Schema):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="What to send as `after` to get the next page; null on the last one.")


class Paging(Given):
    """How a list is asked for, a page at a time."""

    after: str = Field("", max_length=500, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=100, description="How many at most.")


def _refuse_unstorable(data: Any) -> None:
    if isinstance(data, str):
        if "\0" in data or any("\ud800" <= letter <= "\udfff" for letter in data):
            raise PydanticCustomError("text", "A text has no NUL and no half of a surrogate pair.")
    elif isinstance(data, dict):
        for name, value in data.items():
            _refuse_unstorable(name)
            _refuse_unstorable(value)
    elif isinstance(data, list):
        for value in data:
            _refuse_unstorable(value)
