"""The forms by which services are requested: what staff may write, and whether what was typed fits.

A form is a JSON Schema (draft 2020-12) of type object, whose properties are single fields. Nothing in it refers to
anything else, so nothing is fetched; a pattern gets so long text only, and so long, that no text can hang a process.
"""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

import regex
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from jsonschema import Draft202012Validator, FormatChecker, SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry

from console.refusal import Refused
from console.text import is_web_address

MOST_FIELDS = 50
# Characters of a text that somebody types, where the form does not say less.
LONGEST = 4000
# Characters of a text that a pattern looks at, and seconds that it may look.
LONGEST_MATCHED = 1000
MATCHING_SECONDS = 0.1
# Beyond it numbers are not exact in every program that reads JSON (RFC 8259, section 6).
LARGEST = 2**53

FORMATS: Final = ("email", "uri", "textarea")
_ABOUT_A_FIELD: Final = frozenset({"type", "title", "description", "default", "enum"})
_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
# What may be said of a field, by its type.
KEYWORDS: Final[Mapping[str, frozenset[str]]] = {
    "string": _ABOUT_A_FIELD | {"minLength", "maxLength", "pattern", "format"},
    "integer": _ABOUT_A_FIELD | _NUMBERS,
    "number": _ABOUT_A_FIELD | _NUMBERS,
    "boolean": _ABOUT_A_FIELD,
}
# The names of the fields in the order in which staff wrote them: PostgreSQL keeps objects in an order of its own.
ORDER: Final = "x-order"
ABOUT_THE_FORM: Final = frozenset(
    {"$schema", "type", "title", "description", "properties", "required", "additionalProperties", ORDER}
)
_NAME = regex.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def check_form(form: Any) -> None:
    """Raise Refused at the field ``form``, with a sentence that says where, for a form that staff must not keep."""
    if form == {}:
        return
    if not isinstance(form, dict) or form.get("type") != "object":
        raise _wrong(_("A form is an object whose “type” is “object”."))
    _check_keywords(form, ABOUT_THE_FORM, _("the form itself"))
    fields = form.get("properties", {})
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise _wrong(_("“properties” is an object of at most %d fields.") % MOST_FIELDS)
    for name, field in fields.items():
        _check_field(name, field)
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError as error:
        raise _wrong(_("%(where)s: %(problem)s") % {"where": error.json_path, "problem": error.message}) from None
    for name in form.get("required", []):
        if name not in fields:
            raise _wrong(_("“required” names “%s”, which is no field.") % name)
    _check_defaults(fields)


def with_order(form: Any) -> Any:
    """The form with the order of its fields written down; what is no form, as it is."""
    fields = form.get("properties") if isinstance(form, dict) else None
    return {**form, ORDER: _names(form, fields)} if fields and isinstance(fields, dict) else form


def in_order(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form as staff wrote it: its fields in their order, and that not written down besides."""
    fields = form.get("properties")
    said = {keyword: value for keyword, value in form.items() if keyword != ORDER}
    return {**said, "properties": {name: fields[name] for name in _names(form, fields)}} if fields else said


def _names(form: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    known = [name for name in form.get(ORDER, ()) if isinstance(name, str) and name in fields]
    return [*dict.fromkeys(known), *(name for name in fields if name not in known)]


def check_parameters(form: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with the defaults of what was left out; None counts as left out.

    Raises Refused at ``parameters.<name>`` for the first field of the form that it does not fit, and for one that the
    form does not have.
    """
    _check_usable(form)
    fields: Mapping[str, Any] = form.get("properties", {})
    given = {name: value for name, value in typed.items() if value is not None}
    for name in given:
        if name not in fields:
            raise Refused(_("There is no field “%s”.") % name[:40], code="unknown", field="parameters")
    for name, value in given.items():
        _check_value(name, value)
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    complete = {**defaults, **given}
    _check_against(form, complete)
    return {name: complete[name] for name in fields if name in complete}


def _check_usable(form: Any) -> None:
    try:
        check_form(form)
    except Refused:
        raise Refused(
            _("This kind of service cannot be requested now: its form is broken. Our staff must put that right."),
            code="form",
            field="kind",
        ) from None


def _check_against(form: Mapping[str, Any], typed: Mapping[str, Any]) -> None:
    validator = _Validator(form, format_checker=_FORMATS, registry=Registry())
    order = list(form.get("properties", {}))
    found = [(_field_of(error, typed), error) for error in validator.iter_errors(typed)]
    for name, error in sorted(found, key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)):
        raise Refused(_sentence(error), code=str(error.validator), field=f"parameters.{name}")


def _check_keywords(said: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(set(said) - known):
        raise _wrong(_("“%(keyword)s” in %(where)s is not understood here.") % {"keyword": unknown[0], "where": where})


def _check_field(name: str, field: Any) -> None:
    where = f"“{name[:40]}”"
    if not _NAME.fullmatch(name):
        raise _wrong(_("%s is no name for a field: use letters, digits, hyphens and underscores.") % where)
    if not isinstance(field, dict) or field.get("type") not in list(KEYWORDS):
        raise _wrong(_("The “type” of %s must be string, integer, number or boolean.") % where)
    _check_keywords(field, KEYWORDS[field["type"]], where)
    if field.get("format", FORMATS[0]) not in FORMATS:
        raise _wrong(_("The “format” of %s must be email, uri or textarea.") % where)
    if isinstance(pattern := field.get("pattern"), str):
        try:
            regex.compile(pattern)
        except regex.error:
            raise _wrong(_("The “pattern” of %s is no regular expression.") % where) from None


def _check_defaults(fields: Mapping[str, Any]) -> None:
    for name, field in fields.items():
        try:
            if "default" in field:
                _check_value(name, field["default"])
                _check_against({"type": "object", "properties": {name: field}}, {name: field["default"]})
        except Refused:
            raise _wrong(_("The “default” of “%s” does not fit the field.") % name) from None


def _check_value(name: str, value: Any) -> None:
    """Raise Refused for what no field takes, and no database."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise _at(name, ngettext("Type at most %d letter.", "Type at most %d letters.", LONGEST) % LONGEST)
        if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\n\r" for letter in value):
            raise _at(name, _("There are characters in it that cannot be kept."))
    elif isinstance(value, int | float):
        if abs(value) > LARGEST or not math.isfinite(value):
            raise _at(name, _("Type a smaller number."))
    else:
        raise _at(name, _("Give a single value."))


def _at(name: str, sentence: str) -> Refused:
    return Refused(sentence, code="value", field=f"parameters.{name}")


def _wrong(sentence: str) -> Refused:
    return Refused(sentence, code="form", field="form")


def _field_of(error: ValidationError, typed: Mapping[str, Any]) -> str:
    if error.validator == "required":
        wanted: list[str] = list(error.validator_value)  # type: ignore[arg-type] # what the form says
        return next(name for name in wanted if name not in typed)
    return str(error.path[0]) if error.path else ""


def _sentence(error: ValidationError) -> str:
    """What is wrong with a field, for a person."""
    wanted: Any = error.validator_value
    if error.validator in {"minLength", "maxLength"}:
        return _about_length(str(error.validator), int(wanted))
    if error.validator in {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
        return _about_number(str(error.validator)) % {"number": localize(wanted)}
    if error.validator == "enum":
        return _("Choose one of: %s.") % ", ".join(str(each) for each in wanted)
    if error.validator == "type":
        return _about_type(str(wanted))
    if error.validator == "format":
        return _("Enter an e-mail address.") if wanted == "email" else _("Enter the address of a web page.")
    return _("Fill in this field.") if error.validator == "required" else _("This does not have the form wanted here.")


def _about_length(keyword: str, length: int) -> str:
    if keyword == "minLength":
        return ngettext("Type at least %d letter.", "Type at least %d letters.", length) % length
    return ngettext("Type at most %d letter.", "Type at most %d letters.", length) % length


def _about_number(keyword: str) -> str:
    return {
        "minimum": _("Type %(number)s or more."),
        "maximum": _("Type %(number)s or less."),
        "exclusiveMinimum": _("Type more than %(number)s."),
        "exclusiveMaximum": _("Type less than %(number)s."),
        "multipleOf": _("Type a multiple of %(number)s."),
    }[keyword]


def _about_type(wanted: str) -> str:
    return {
        "string": _("Type a text."),
        "integer": _("Type a whole number."),
        "number": _("Type a number."),
        "boolean": _("Choose yes or no."),
    }.get(wanted, _("This does not have the form wanted here."))


def _matches(_validator: Any, pattern: str, text: Any, _schema: Any) -> Iterator[ValidationError]:
    """The keyword ``pattern``, for text of a length and within a time that nobody waits for."""
    if not isinstance(text, str):
        return
    try:
        fits = len(text) <= LONGEST_MATCHED and regex.search(pattern, text, timeout=MATCHING_SECONDS)
    except TimeoutError:
        fits = None
    if not fits:
        yield ValidationError("does not match")


_FORMATS = FormatChecker(())


@_FORMATS.checks("email", raises=DjangoValidationError)
def _is_email(text: Any) -> bool:
    if isinstance(text, str):
        validate_email(text)
    return True


@_FORMATS.checks("uri")
def _is_uri(text: Any) -> bool:
    return not isinstance(text, str) or is_web_address(text)


_Validator = extend(Draft202012Validator, {"pattern": _matches})  # type: ignore[no-untyped-call] # the stubs say less
