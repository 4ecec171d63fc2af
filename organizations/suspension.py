"""Why an organization is suspended, and what that means: the one table of it (PRODUCT: *Suspended*).

Everything that asks what a suspension stops, what ends it or what people are told of it asks here, mostly by
`Organization.withheld`, `Organization.suspension` and `Organization.why_suspended`; nothing compares reasons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.roles import Permission


class Reason(models.TextChoices):
    """Why an organization is suspended."""

    UNFUNDED = "unfunded", _("no payment yet")
    PAST_DUE = "past_due", _("a payment is due")
    STAFF = "staff", _("by our staff")


@dataclass(frozen=True, kw_only=True)
class Suspension:
    """What a suspension for one reason means.

    ``withholds``: the permissions that nobody has meanwhile; ``lifted_by_payment``: whether a payment ends it, else
    only staff do; ``sentence``: what stops, for pages, mails and programs; ``among_people``: what stops besides where
    there are several people; ``way_out``: who ends it, where that is not said already.
    """

    withholds: frozenset[Permission] = frozenset()
    lifted_by_payment: bool = False
    sentence: Any = ""
    among_people: Any = ""
    way_out: Any = ""

    @property
    def only_staff_lift(self) -> bool:
        """Whether nothing that the organization's own people do ends it."""
        return bool(self.withholds) and not self.lifted_by_payment

    def said(self, *, is_personal: bool) -> str:
        """All of its sentences, for a personal account or for a team."""
        said = (self.sentence, "" if is_personal else self.among_people, self.way_out)
        return " ".join(str(sentence) for sentence in said if sentence)


# Creating, starting and resizing: what costs more. Managing, stopping and deleting what there is goes on.
_RESOURCES = frozenset(
    {
        Permission.CREATE_PROJECTS,
        Permission.START_SERVICES,
        Permission.ADD_INFRASTRUCTURE,
        Permission.CONNECT_SERVERS,
    }
)
_SETTINGS = frozenset(
    {
        Permission.EDIT_SETTINGS,
        Permission.MANAGE_SECURITY,
        Permission.MANAGE_ROLES,
        Permission.MANAGE_SERVICE_KEYS,
    }
)
_JOINING = frozenset({Permission.INVITE_MEMBERS, Permission.DECIDE_REQUESTS})
# Who answers to staff for it stays the same until staff have decided.
_OWNERSHIP = frozenset({Permission.TRANSFER_ORGANIZATION})

NONE = Suspension()

TABLE: Mapping[str, Suspension] = {
    "": NONE,
    Reason.UNFUNDED: Suspension(
        withholds=_RESOURCES,
        lifted_by_payment=True,
        sentence=_("Nothing new can be created or started until a first payment is made."),
    ),
    Reason.PAST_DUE: Suspension(
        withholds=_RESOURCES,
        lifted_by_payment=True,
        sentence=_("A payment is due. Nothing new can be created or started until it is made."),
    ),
    Reason.STAFF: Suspension(
        withholds=_RESOURCES | _SETTINGS | _JOINING | _OWNERSHIP,
        sentence=_("Our staff has stopped it: nothing new can be created or started."),
        among_people=_("Nobody can be invited, and the settings cannot be changed."),
        way_out=_("Only our staff can lift it; ask them why."),
    ),
}


def withholding(permission: Permission) -> Sequence[str]:
    """The reasons for which nobody has this permission, for questions to the database."""
    return [reason for reason, suspension in TABLE.items() if permission in suspension.withholds]


def combined(reason: str, also: str, new: str) -> tuple[str, str] | None:
    """What an organization is suspended for, and what for besides, once ``new`` is added; None where that adds nothing.

    What staff decided stands before what a payment lifts, and keeps it. Of what a payment lifts there is one: who has
    not paid yet owes nothing that a second reason would tell of.
    """
    if not reason:
        return new, ""
    is_staffs, was_staffs = TABLE[new].only_staff_lift, TABLE[reason].only_staff_lift
    if is_staffs and not was_staffs:
        return new, reason
    if was_staffs and not is_staffs and not also:
        return reason, new
    return None
