"""Forms in our look, and the one way from a form to an action."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import Jinja2, TemplatesSetting
from django.utils.functional import cached_property


class BoundField(DjangoBoundField):
    """A field that takes the focus when it holds the first error of its form."""

    @property
    def is_first_error(self) -> bool:
        """Whether this is the first field, in the order of the form, that was refused."""
        form = self.form
        return form.is_bound and self.name == next((name for name in form.fields if name in form.errors), None)

    def build_widget_attrs(self, attrs: Mapping[str, Any], widget: forms.Widget | None = None) -> dict[str, bool | str]:
        """Give the focus to the first error alone, and leave out a placeholder that only repeats the label."""
        built = super().build_widget_attrs(dict(attrs), widget)
        placeholder = (widget or self.field.widget).attrs.get("placeholder")
        if placeholder and str(self.label).lower() in str(placeholder).lower():
            built["placeholder"] = False
        if self.form.is_bound and self.form.errors and not self.use_fieldset:
            built["autofocus"] = self.is_first_error
        return built


class Renderer(TemplatesSetting):
    """Renders forms through ``TEMPLATES``: ours first (``templates/django/forms/``), then Django's and the admin's."""

    bound_field_class = BoundField

    def get_template(self, template_name: str) -> Any:
        """Return a template; Django's widgets test names that need not be there, which ours must never do."""
        if template_name.startswith("django/forms/widgets/"):
            return self.lenient.get_template(template_name)
        return super().get_template(template_name)

    @cached_property
    def lenient(self) -> Jinja2:
        """Django's own renderer, for the widgets that it ships."""
        return Jinja2()


class ActionForm(forms.Form):
    """A form that hands what was typed to an action, and shows the action's refusal where it belongs."""

    def arguments(self) -> dict[str, Any]:
        """Return the keyword arguments for the action: what was typed, cleaned."""
        return self.cleaned_data

    def run[Result](self, action: Callable[..., Result], **kwargs: Any) -> Result | None:
        """Call ``action`` with what was typed and ``kwargs``, once the form is bound and valid.

        Returns the action's result, or None when there is nothing to do yet: not posted, invalid, or refused. A
        refusal (a ``ValidationError``) becomes an error at the field that it names, or of the form as a whole.
        """
        if not self.is_valid():
            return None
        try:
            return action(**self.arguments(), **kwargs)
        except ValidationError as refusal:
            self.show(refusal)
            return None

    def show(self, refusal: ValidationError) -> None:
        """Put the refusal at the fields that it names and this form has; what is left goes to the top."""
        for name, errors in _errors_by_field(refusal).items():
            self.add_error(name if name in self.fields else None, errors)


def _errors_by_field(refusal: ValidationError) -> dict[str, list[ValidationError]]:
    if hasattr(refusal, "error_dict"):
        return refusal.error_dict
    return {getattr(refusal, "field", None) or NON_FIELD_ERRORS: refusal.error_list}
