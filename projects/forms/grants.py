"""Granting a project: to whom, and which level."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ActionForm
from organizations.forms.roles import RoleField
from organizations.models import Membership
from organizations.models.membership import MembershipQuerySet
from organizations.policies import Role
from projects.levels import Level

# Members that a list to choose from has at most; where there are more, one searches first.
OFFERED = 50

WORDS = {
    Level.VIEW: _("View: see the project and what runs in it"),
    Level.OPERATE: _("Operate: also request, start, stop and delete services, and see their credentials"),
    Level.MANAGE: _("Manage: also change its settings and who has access, archive it and delete it"),
}


class LevelField(forms.ChoiceField):
    """Offers some levels, and takes any: one that the actor may not grant, the action refuses and writes down."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("What they may do"), **kwargs})

    def offer(self, levels: Iterable[Level]) -> None:
        """Offer these levels."""
        self.choices = [(level.value, WORDS[level]) for level in levels]

    def valid_value(self, value: str) -> bool:
        """Whether it may be a level: the action knows."""
        return bool(value)


class MemberField(forms.ModelChoiceField[Membership]):
    """Offers some members, and takes any of the organization."""

    def __init__(self, **kwargs: Any) -> None:
        missing = _("This person is not a member. Only members can be granted a project.")
        super().__init__(
            Membership.objects.none(),
            label=_("Member"),
            error_messages={"invalid_choice": missing, "required": _("Choose somebody.")},
            **kwargs,
        )

    def offer(self, members: MembershipQuerySet, offered: Sequence[Membership]) -> None:
        """Take any of ``members``, and offer these."""
        self.queryset = members
        self.widget.choices = [("", _("Choose somebody"))] * (len(offered) != 1) + [
            (str(member.pk), _label(member)) for member in offered
        ]


def _label(member: Membership) -> str:
    return f"{member.user.name} ({member.user.email})" if member.user.name != member.user.email else member.user.email


class _GrantForm(ActionForm):
    """The level; ``was`` carries the one that the form was opened with: who opened it at the same time is told."""

    level = LevelField()
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, levels: Iterable[Level], level: Level | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"level": level or Level.VIEW, "was": level or "", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        cast("LevelField", self.fields["level"]).offer(levels)

    def arguments(self) -> dict[str, Any]:
        """What was typed, and the level that was seen, where the form says one."""
        return {**self.cleaned_data, "was": self.cleaned_data.get("was") if "was" in self.data else None}


class PersonGrantForm(_GrantForm):
    """Granting to a member: one of ``offered``, or another of ``members``.

    ``chosen``: the one whose grant (``level``) is changed; nobody else can be chosen then.
    """

    field_order = ("membership", "level")

    membership = MemberField()

    def __init__(
        self,
        *args: Any,
        members: MembershipQuerySet,
        offered: Sequence[Membership],
        chosen: Membership | None,
        **kwargs: Any,
    ) -> None:
        if chosen:
            kwargs["initial"] = {"membership": chosen.pk}
        super().__init__(*args, **kwargs)
        cast("MemberField", self.fields["membership"]).offer(members, [chosen] if chosen else offered)
        if chosen is None:
            del self.fields["was"]


class RoleGrantForm(_GrantForm):
    """Granting to everybody with one of ``roles``; ``chosen``: the role whose grant (``level``) is changed."""

    field_order = ("role", "level")

    role = RoleField()

    def __init__(self, *args: Any, roles: Sequence[Role], chosen: Role | None, **kwargs: Any) -> None:
        if chosen:
            kwargs["initial"] = {"role": chosen.key}
        super().__init__(*args, **kwargs)
        cast("RoleField", self.fields["role"]).suggest([chosen] if chosen else roles)
        if chosen is None:
            del self.fields["was"]
