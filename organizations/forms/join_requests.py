"""Asking to join, and saying no."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations.forms.roles import RoleField
from organizations.models import Membership, roles_of
from organizations.models.join_request import NOTE_LENGTH


class JoinRequestForm(ActionForm):
    """What somebody says who asks to join."""

    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("Say who you are, and why you want to join. Those who decide read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeclinationForm(ActionForm):
    """Why somebody may not join."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=_("It stands in the mail to the person who asked."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OwnRoleForm(ActionForm):
    """A lower role for oneself: those that one's own covers."""

    role = RoleField()

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = membership.held_role
        lower = [role for role in roles_of(membership.organization) if role != own and own.covers(role)]
        cast("RoleField", self.fields["role"]).offer(lower)
