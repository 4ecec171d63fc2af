"""Fields of a form from a JSON Schema."""

from typing import Any

from console.forms import ActionForm
from projects.forms.parameters import fields_of, typed

NUMBERS = {
    "type": "object",
    "properties": {
        "level": {"type": "integer", "enum": [1, 2, 3]},
        "share": {"type": "number", "minimum": 0.5},
        "count": {"type": "integer", "default": 2},
        "home": {"type": "string", "format": "uri"},
        "is_on": {"type": "boolean"},
        "word": {"type": "string", "minLength": 3},
    },
    "required": ["is_on", "share"],
}


def fill(schema: dict[str, Any], **values: str) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What is typed into the form of ``schema``: the parameters that come of it, and what is wrong."""
    form = ActionForm({f"parameters.{name}": value for name, value in values.items()})
    form.fields.update(fields_of(schema))
    form.full_clean()
    wrong = {name.removeprefix("parameters."): [str(error) for error in errors] for name, errors in form.errors.items()}
    return typed(form.cleaned_data), wrong


def test_what_was_typed_has_the_types_of_the_schema() -> None:
    found, wrong = fill(NUMBERS, level="2", share="0.75", count="", home="example.com/a", is_on="on", word="  ")
    assert wrong == {}
    # What was left empty is not there: the schema's default, if it has one, is the action's to fill in.
    assert found == {"level": 2, "share": 0.75, "home": "https://example.com/a", "is_on": True}


def test_a_box_that_is_not_ticked_is_a_no_even_where_it_is_required() -> None:
    found, wrong = fill(NUMBERS, share="1")
    assert (found["is_on"], wrong) == (False, {})


def test_what_no_number_is_and_what_is_too_small_is_refused() -> None:
    for value in ("nan", "inf", "0.1", "much", "", "1" * 5000):
        assert "share" in fill(NUMBERS, share=value)[1], value
    assert fill(NUMBERS, share="1", level="4")[1] == {"level": ["Choose one of these."]}
    assert "word" in fill(NUMBERS, share="1", word="ab")[1]


def test_a_name_of_staffs_own_meets_no_field_of_ours() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "size": {"type": "string"}}}
    assert [name for name, _field in fields_of(schema)] == ["parameters.name", "parameters.size"]
