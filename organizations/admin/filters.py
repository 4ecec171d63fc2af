"""What staff narrow the list of organizations by."""

from collections.abc import Iterable
from typing import Any, override

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from organizations.suspension import Reason


class Suspended(SimpleListFilter):
    """Whether it is suspended, and what for, also beneath a suspension by staff; closed ones keep theirs."""

    title = _("suspended")
    parameter_name = "suspended"

    @override
    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """The choices: any reason, each of them, none."""
        return [("any", _("for any reason")), *Reason.choices, ("none", _("not suspended"))]

    @override
    def queryset(self, request: HttpRequest, queryset: QuerySet[Organization]) -> QuerySet[Organization]:
        """Those of the choice; all of them for one that is none."""
        wanted = self.value()
        if wanted == "any":
            return queryset.exclude(suspended_for="")
        if wanted == "none":
            return queryset.filter(suspended_for="")
        if wanted in Reason.values:
            return queryset.filter(Q(suspended_for=wanted) | Q(also_suspended_for=wanted))
        return queryset
