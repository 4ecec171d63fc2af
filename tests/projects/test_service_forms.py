"""The forms that staff write for kinds of services, and what people type into them."""

import time
from typing import Any

import pytest

from console.refusal import Refused
from projects.schema import check_form, check_parameters

TEXT = {"type": "string"}


def form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


WRONG_FORMS: list[tuple[Any, str]] = [
    ([], "A form is an object"),
    ({"type": "string"}, "A form is an object"),
    ({"type": "object", "$ref": "https://evil.example/schema.json"}, "“$ref” in the form itself is not understood"),
    ({"type": "object", "allOf": []}, "“allOf” in the form itself"),
    ({"type": "object", "properties": []}, "“properties” is an object"),
    (form(a={"$ref": "file:///etc/passwd"}), "The “type” of “a” must be"),
    (form(a={"type": "string", "$ref": "http://127.0.0.1/"}), "“$ref” in “a” is not understood"),
    (form(a={"type": ["string", "null"]}), "The “type” of “a” must be"),
    (form(a={"type": "object"}), "The “type” of “a” must be"),
    (form(a={"type": "boolean", "minimum": 1}), "“minimum” in “a”"),
    (form(a={"type": "string", "format": "date"}), "The “format” of “a”"),
    (form(a={"type": "string", "pattern": "("}), "The “pattern” of “a” is no regular expression"),
    (form(a={"type": "string", "minLength": -1}), "$.properties.a.minLength: -1 is less than the minimum of 0"),
    (form(a={"type": "integer", "minimum": "one"}), "$.properties.a.minimum"),
    (form(a={"type": "integer", "default": "ten"}), "The “default” of “a” does not fit"),
    (form(a={"type": "string", "default": "no", "pattern": "^yes$"}), "The “default” of “a” does not fit"),
    (form(**{"a b": TEXT}), "“a b” is no name for a field"),
    (form(**{f"a{number}": TEXT for number in range(51)}), "“properties” is an object of at most 50 fields"),
    ({**form(a=TEXT), "required": ["b"]}, "“required” names “b”"),
    ({**form(a=TEXT), "required": "a"}, "$.required"),
]


def test_a_form_that_would_not_work_is_refused_with_the_place() -> None:
    for wrong, sentence in WRONG_FORMS:
        with pytest.raises(Refused) as caught:
            check_form(wrong)
        assert (caught.value.code, caught.value.field) == ("form", "form")
        assert caught.value.messages[0].startswith(sentence)
    check_form({})
    check_form(form(a={"type": "string", "enum": ["x", "y"], "default": "x", "title": "A"}))


WRONG: list[tuple[dict[str, Any], Any, str]] = [
    (TEXT, 5, "Type a text."),
    (TEXT, {"deep": []}, "Give a single value."),
    (TEXT, "x" * 4001, "Type at most 4000 letters."),
    (TEXT, "nul\x00", "There are characters in it that cannot be kept."),
    (TEXT, "half \ud800", "There are characters in it that cannot be kept."),
    ({"type": "string", "minLength": 3}, "ab", "Type at least 3 letters."),
    ({"type": "string", "maxLength": 1}, "ab", "Type at most 1 letter."),
    ({"type": "string", "pattern": "^[a-z]+$"}, "AB", "This does not have the form wanted here."),
    ({"type": "string", "format": "email"}, "me", "Enter an e-mail address."),
    ({"type": "string", "format": "uri"}, "javascript:alert(1)", "Enter the address of a web page."),
    ({"type": "integer"}, True, "Type a whole number."),
    ({"type": "integer"}, 1.5, "Type a whole number."),
    ({"type": "number"}, float("nan"), "Type a smaller number."),
    ({"type": "number"}, float("inf"), "Type a smaller number."),
    ({"type": "integer"}, 10**400, "Type a smaller number."),
    ({"type": "integer", "minimum": 3}, 2, "Type 3 or more."),
    ({"type": "integer", "maximum": 3}, 4, "Type 3 or less."),
    ({"type": "number", "exclusiveMinimum": 0}, 0, "Type more than 0."),
    ({"type": "number", "exclusiveMaximum": 1}, 1, "Type less than 1."),
    ({"type": "integer", "multipleOf": 10}, 15, "Type a multiple of 10."),
    ({"type": "boolean"}, "yes", "Choose yes or no."),
]


def test_what_does_not_fit_is_said_at_the_field() -> None:
    for field, value, sentence in WRONG:
        with pytest.raises(Refused) as caught:
            check_parameters(form(disk=field), {"disk": value})
        assert (caught.value.messages, caught.value.field) == ([sentence], "parameters.disk")
    with pytest.raises(Refused, match="There is no field “other”"):
        check_parameters(form(disk=TEXT), {"other": "x"})


def test_what_was_left_out_has_its_default() -> None:
    wanted = {**form(a=TEXT, b={"type": "integer", "default": 5}, c=TEXT), "required": ["a"]}
    assert check_parameters(wanted, {"a": "x", "c": None}) == {"a": "x", "b": 5}
    assert check_parameters({}, {}) == {}


@pytest.mark.parametrize("pattern", [r"^(a+)+$", r"^(a|aa)+$", r"^(?:x+x+)+y", r"a*a*a*a*a*a*b"])
def test_no_pattern_hangs(pattern: str) -> None:
    begun = time.perf_counter()
    for text in ("a" * 990, "x" * 990, "a" * 3990):
        with pytest.raises(Refused, match="This does not have the form wanted here"):
            check_parameters(form(a={"type": "string", "pattern": pattern}), {"a": f"{text}\t!"})
    assert time.perf_counter() - begun < 3


def test_a_form_that_was_broken_behind_our_back_is_our_fault() -> None:
    with pytest.raises(Refused) as caught:
        check_parameters({"type": "object", "$ref": "https://evil.example/"}, {})
    assert (caught.value.code, caught.value.field) == ("form", "kind")
