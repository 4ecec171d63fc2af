"""What pydantic finds wrong with a field, in our words: its own echo what was sent, and are English only."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import ValidationError
from pydantic_core.core_schema import ErrorType

from console.api.problems import Problem

NUMBER: Final = gettext_lazy("Send a number.")
WHOLE_NUMBER: Final = gettext_lazy("Send a whole number.")
YES_OR_NO: Final = gettext_lazy("Send true or false.")
ID: Final = gettext_lazy("Send an id: 32 hexadecimal digits in five groups.")
MOMENT: Final = gettext_lazy("Send a date and time with its zone, as 2027-01-31T12:00:00Z.")
DAY: Final = gettext_lazy("Send a date, as 2027-01-31.")
LIST: Final = gettext_lazy("Send a list.")
OBJECT: Final = gettext_lazy("Send an object.")
CHOICE: Final = gettext_lazy("Send one of these: %(expected)s.")
AT_LEAST: Final = gettext_lazy("This has at least %(min_length)s.")
AT_MOST: Final = gettext_lazy("This has at most %(max_length)s.")

# By pydantic's type of error; what stands in parentheses is its context.
SENTENCES: Final[Mapping[str, Any]] = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no field of that name here."),
    "none_required": gettext_lazy("Send null."),
    "string_type": gettext_lazy("Send text."),
    "string_unicode": gettext_lazy("Send text in UTF-8."),
    "string_not_ascii": gettext_lazy("Send text of ASCII characters."),
    "string_pattern_mismatch": gettext_lazy("This does not have the right form."),
    "string_too_short": gettext_lazy("This has at least %(min_length)s characters."),
    "string_too_long": gettext_lazy("This has at most %(max_length)s characters."),
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "decimal_max_digits": gettext_lazy("This has at most %(max_digits)s digits."),
    "decimal_max_places": gettext_lazy("This has at most %(decimal_places)s decimal places."),
    "decimal_whole_digits": gettext_lazy("This has at most %(whole_digits)s digits before the point."),
    "multiple_of": gettext_lazy("Send a multiple of %(multiple_of)s."),
    "greater_than": gettext_lazy("Send more than %(gt)s."),
    "greater_than_equal": gettext_lazy("Send %(ge)s or more."),
    "less_than": gettext_lazy("Send less than %(lt)s."),
    "less_than_equal": gettext_lazy("Send %(le)s or less."),
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "uuid_type": ID,
    "uuid_parsing": ID,
    "uuid_version": ID,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_past": gettext_lazy("Send a time that is past."),
    "datetime_future": gettext_lazy("Send a time that is still to come."),
    "timezone_aware": MOMENT,
    "timezone_naive": MOMENT,
    "timezone_offset": MOMENT,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "date_past": gettext_lazy("Send a day that is past."),
    "date_future": gettext_lazy("Send a day that is still to come."),
    "enum": CHOICE,
    "literal_error": CHOICE,
    "list_type": LIST,
    "tuple_type": LIST,
    "set_type": LIST,
    "frozen_set_type": LIST,
    "iterable_type": LIST,
    "set_item_not_hashable": LIST,
    "too_short": AT_LEAST,
    "too_long": AT_MOST,
    "dict_type": OBJECT,
    "mapping_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "union_tag_invalid": gettext_lazy("This does not have the right form."),
    "union_tag_not_found": gettext_lazy("This does not have the right form."),
}
# Of every type that pydantic itself finds: all others are ours, with a sentence of ours.
PYDANTICS: Final = frozenset(get_args(ErrorType))


def problem_of(raised: ValidationError) -> Problem:
    """The problem that invalid parameters make: a path that cannot be is a 404, all else a 422, field by field."""
    if any(error["loc"][0] == "path" for error in raised.errors):
        return Problem.not_found()
    return Problem.invalid([(field_of(error["loc"]), error["type"], sentence_of(error)) for error in raised.errors])


def field_of(where: tuple[str | int, ...]) -> str:
    """What a client calls the place: without where it was sent, and without our name for a body (rows.3.email)."""
    source, *names = where
    return ".".join(str(name) for name in (names[1:] if source == "body" else names))


def sentence_of(error: Mapping[str, Any]) -> str:
    """What is wrong, for people. ``error``: as pydantic gives it, with ``type``, ``msg`` and ``ctx``."""
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind not in PYDANTICS:
        return str(error["msg"])
    return str(SENTENCES.get(kind) or _("This is not right.")) % context
