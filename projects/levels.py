"""What a grant in a project may be: each level with what it allows there (issue: view, operate, manage)."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import pgettext_lazy

from organizations.roles import Permission


class Level(models.TextChoices):
    """How much a grant allows; each allows what those before it do. The value stands in events: never rename it."""

    VIEW = "view", pgettext_lazy("grant", "view")
    OPERATE = "operate", pgettext_lazy("grant", "operate")
    MANAGE = "manage", pgettext_lazy("grant", "manage")

    @property
    def codename(self) -> str:
        """What django-guardian calls the permission that stands for it."""
        return f"grant_{self.value}"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What it allows in the project."""
        return PERMISSIONS[self]


_VIEW = frozenset({Permission.VIEW_PROJECTS})
_OPERATE = _VIEW | {Permission.START_SERVICES, Permission.OPERATE_SERVICES}
PERMISSIONS: Mapping[Level, frozenset[Permission]] = {
    Level.VIEW: _VIEW,
    Level.OPERATE: _OPERATE,
    Level.MANAGE: _OPERATE | {Permission.MANAGE_PROJECTS},
}
