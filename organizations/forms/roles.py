"""Choosing a role."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from organizations import policies
from organizations.policies import Role


class RoleField(forms.ChoiceField):
    """Offers some roles, and takes any: one that the actor may not give, the action refuses and writes down."""

    def __init__(self) -> None:
        super().__init__(label=_("Role"))

    def offer(self, roles: Iterable[Role]) -> None:
        """Offer these roles."""
        self.choices = policies.choices(roles)

    def valid_value(self, value: str) -> bool:
        """Whether it may be a role: the action knows."""
        return bool(value)
