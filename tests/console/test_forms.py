"""From a form to an action and back: what was typed stays, what is refused stands where it belongs."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from console.forms import ActionForm
from console.refusal import Refused


class InvitationForm(ActionForm):
    email = forms.EmailField(label="E-mail address", help_text="Their work address.")
    role = forms.ChoiceField(choices=[("owner", "Owner"), ("member", "Member")])
    note = forms.CharField(required=False, widget=forms.Textarea(attrs={"placeholder": "Note"}))


RIGHT = {"email": "mia@example.com", "role": "member", "note": ""}


def refuse(error: ValidationError) -> Any:
    def action(**_arguments: Any) -> str:
        raise error

    return action


def test_an_action_gets_what_was_typed_and_what_the_view_adds() -> None:
    done = InvitationForm(RIGHT).run(lambda **arguments: arguments, by="olivia")
    assert done == {"email": "mia@example.com", "role": "member", "note": "", "by": "olivia"}


def test_no_action_runs_before_the_form_is_posted_and_valid() -> None:
    action = refuse(AssertionError())  # type: ignore[arg-type]  # anything that would be noticed
    assert InvitationForm().run(action) is None
    assert InvitationForm({**RIGHT, "email": "mia"}).run(action) is None


def test_a_refusal_stands_at_the_field_that_it_names() -> None:
    form = InvitationForm(RIGHT)
    assert form.run(refuse(Refused("Mia is a member already.", code="member", field="email"))) is None
    assert form.errors == {"email": ["Mia is a member already."]}


@pytest.mark.parametrize("field", [None, "organization"])
def test_a_refusal_about_something_else_stands_at_the_top(field: str | None) -> None:
    form = InvitationForm(RIGHT)
    form.run(refuse(Refused("That was enough for today.", code="allowance", field=field)))
    assert form.non_field_errors() == ["That was enough for today."]


def test_each_field_of_several_gets_its_own_error() -> None:
    form = InvitationForm(RIGHT)
    form.run(refuse(ValidationError({"email": ["No."], "role": ["Neither."], "slug": ["Nor this."]})))
    assert form.errors == {"email": ["No."], "role": ["Neither."], "__all__": ["Nor this."]}


def test_an_error_is_tied_to_its_field_which_has_the_focus_and_what_was_typed() -> None:
    page = InvitationForm({**RIGHT, "email": "mia", "role": "king"}).as_div()
    assert "2 fields need your attention." in page
    assert 'value="mia"' in page
    control = page[page.index('<input type="email"') :].partition(">")[0]
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_email_helptext id_email_error"' in control
    assert 'id="id_email_error"' in page
    assert page.count("autofocus") == 1
    assert "autofocus" in control


def test_what_is_typed_is_never_markup() -> None:
    page = InvitationForm({**RIGHT, "email": "<script>", "note": "</textarea><script>"}).as_div()
    assert "<script>" not in page


def test_a_placeholder_that_repeats_its_label_is_left_out() -> None:
    assert "placeholder" not in str(InvitationForm()["note"])


EVERY_WIDGET = [
    forms.CheckboxInput,
    forms.CheckboxSelectMultiple,
    forms.ClearableFileInput,
    forms.DateTimeInput,
    forms.HiddenInput,
    forms.NullBooleanSelect,
    forms.PasswordInput,
    forms.RadioSelect,
    forms.Select,
    forms.SelectDateWidget,
    forms.SelectMultiple,
    forms.SplitDateTimeWidget,
    forms.Textarea,
    forms.TextInput,
]


@pytest.mark.parametrize("widget", EVERY_WIDGET)
def test_every_widget_of_django_can_be_drawn(widget: type[forms.Widget]) -> None:
    class Form(forms.Form):
        choice = forms.Field(widget=widget)

    Form.base_fields["choice"].widget.choices = [("a", "A"), ("b", "B")]
    assert 'name="choice' in Form().as_div()
    assert 'name="choice' in Form({}).as_div()
