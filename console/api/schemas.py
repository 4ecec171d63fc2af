"""What operations take and give: the bases of their schemas. What they give is a `ninja.Schema`."""

import json
import re
from datetime import date
from typing import Annotated, Any, Final

from ninja import Schema
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticKnownError

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Asked(BaseModel):
    """The arguments in an address: text, of which numbers and dates are made; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")


def _written(value: Any) -> Any:
    if value is not None and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise PydanticKnownError("date_type")
    return value


# A day in a body, as RFC 3339 writes it (full-date); else a number of seconds would be one, too.
Day = Annotated[date, Field(strict=False), BeforeValidator(_written)]


class Given(BaseModel):
    """The body of a request: unknown fields are refused, and each has the type that it says: ``"1"`` is no number.

    Rows of rows may be `Given` too. (Not ninja's ``Schema``, which reads attributes, and validates twice what forbids
    others.)
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="wrap")
    @classmethod
    def _as_json(cls, data: Any, handler: ModelWrapValidatorHandler[Any], info: ValidationInfo) -> Any:
        """Read it as JSON: there a date is text even where types are strict, and a number is none."""
        if info.mode == "json" or not isinstance(data, dict | list):
            return handler(data)
        return cls.model_validate_json(json.dumps(data), context=info.context)


class Listed[Item](Schema):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="What to send as `after` to get the next page; null on the last one.")


class Paging(Asked):
    """How a list is asked for, a page at a time."""

    after: str = Field("", max_length=500, description="The `next` of the page before.")
    limit: int = Field(50, ge=1, le=100, description="How many at most.")
