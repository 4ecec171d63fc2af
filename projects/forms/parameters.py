"""Fields of a form from the JSON Schema of a kind of service (`projects.models.ServiceKind.form`)."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from console.refusal import Refused
from projects.schema import LONGEST, check_form, in_order

type Schema = Mapping[str, Any]

# Fields of the form are called so: names of staff's own never meet those that every form has.
PREFIX = "parameters."


def fields_of(schema: Schema) -> Iterator[tuple[str, forms.Field]]:
    """The names and fields of a schema's properties, in their order; none for a schema that is broken."""
    try:
        check_form(schema)
    except Refused:
        return
    required = schema.get("required", ())
    for name, described in in_order(schema).get("properties", {}).items():
        common = {
            "label": described.get("title") or name.replace("_", " ").capitalize(),
            "help_text": described.get("description", ""),
            "initial": described.get("default"),
            "required": name in required,
        }
        build = _choice if "enum" in described else BUILDERS[described["type"]]
        yield PREFIX + name, build(described, common)


def typed(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that a form's cleaned data holds, by their names in the schema; what was left empty is not there.

    A string of white space alone is empty, too: forms strip it.
    """
    found = {name.removeprefix(PREFIX): value for name, value in cleaned.items() if name.startswith(PREFIX)}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _text(described: Schema, common: dict[str, Any]) -> forms.Field:
    lengths = {"min_length": described.get("minLength"), "max_length": described.get("maxLength", LONGEST)}
    if described.get("format") == "email":
        return forms.EmailField(**common, **lengths)
    if described.get("format") == "uri":
        return forms.URLField(assume_scheme="https", **common, **lengths)
    is_long = described.get("format") == "textarea"
    widget = forms.Textarea(attrs={"rows": 4}) if is_long else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(widget=widget, **common, **lengths)


def _choice(described: Schema, common: dict[str, Any]) -> forms.Field:
    """A choice of what ``enum`` lists; a field that may stay empty begins with nothing chosen."""
    values = {str(value): value for value in described["enum"]}
    choices = [(text, text) for text in values]
    if not common["required"] and common["initial"] is None:
        choices.insert(0, ("", _("Nothing chosen")))
    # Django's own words would quote what was sent, whatever it is.
    messages = {"invalid_choice": _("Choose one of these.")}
    return forms.TypedChoiceField(choices=choices, coerce=values.__getitem__, error_messages=messages, **common)


def _integer(described: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(**common, **_bounds(described))


def _number(described: Schema, common: dict[str, Any]) -> forms.Field:
    # JSON knows no decimals.
    return forms.FloatField(widget=forms.NumberInput(attrs={"step": "any"}), **common, **_bounds(described))


def _truth(_described: Schema, common: dict[str, Any]) -> forms.Field:
    """A box to tick: what is not ticked is no, and no mistake."""
    return forms.BooleanField(**common | {"required": False})


def _bounds(described: Schema) -> dict[str, Any]:
    return {"min_value": described.get("minimum"), "max_value": described.get("maximum")}


BUILDERS = {"string": _text, "integer": _integer, "number": _number, "boolean": _truth}
