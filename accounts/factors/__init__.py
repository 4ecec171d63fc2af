"""Second factors: which kinds there are, which a user has, and whether that makes a second factor."""

from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django_otp.models import Device

from accounts.factors.kinds import Kind
from accounts.factors.kinds.authenticator import AUTHENTICATOR
from accounts.factors.kinds.backup_codes import BACKUP_CODES
from accounts.factors.kinds.passkey import PASSKEY
from accounts.factors.kinds.phone import PHONE
from accounts.models import User

__all__ = [
    "AUTHENTICATOR",
    "BACKUP_CODES",
    "KINDS",
    "PASSKEY",
    "PHONE",
    "factor_shown",
    "factors_of",
    "find_factor",
    "has_second_factor",
    "holds_factor",
    "kind_of",
    "kinds_for",
    "kinds_to_add",
]

# In the order in which lists show them.
KINDS: Final[tuple[Kind, ...]] = (AUTHENTICATOR, PASSKEY, PHONE, BACKUP_CODES)


def holds_factor(reference: str = "pk") -> Q:
    """A condition for querysets: whether the user in the column ``reference`` has a second factor.

    ``Membership.objects.filter(holds_factor("user"))`` costs no query for each row.
    """
    return reduce(or_, (Q(kind.held_by(reference)) for kind in KINDS if kind.is_primary))


def factor_shown(reference: str = "pk") -> IsNull:
    """The same as a column of a list: ``Membership.objects.annotate(has_factor=factor_shown("user"))``.

    Each row looks its own up. As a condition among what is selected, PostgreSQL reads the factors of the whole
    deployment first, for the fifty rows of a page.
    """
    holders = User.objects.filter(holds_factor(), pk=OuterRef(reference)).values("pk")
    return IsNull(Subquery(holders[:1]), False)  # noqa: FBT003 -- the lookup's own argument


def has_second_factor(user: User) -> bool:
    """Whether the user must prove a second factor: an authenticator app or a passkey is there.

    Backup codes and text messages are not one by themselves: they stand in for one that is lost.
    """
    return User.objects.filter(holds_factor(), pk=user.pk).exists()


def factors_of(user: User) -> list[tuple[Kind, Device]]:
    """What the user has added, by kind, the oldest first; not backup codes, which come by themselves."""
    return [(kind, factor) for kind in KINDS if kind.address for factor in kind.of(user)]


def kinds_for(user: User) -> list[Kind]:
    """What the user can answer the question with, what they used last first; empty without a second factor."""
    offered = [kind for kind in KINDS if kind.is_offered(user)]
    if not any(kind.is_primary for kind in offered):
        return []
    return sorted(offered, key=lambda kind: _rank(kind, user), reverse=True)


def kinds_to_add(*, is_protected: bool) -> list[Kind]:
    """What a user may add, by whether they have a second factor: what only stands in for one takes one first."""
    return [kind for kind in KINDS if kind.address and kind.is_available() and (kind.is_primary or is_protected)]


def find_factor(user: User, key: str, pk: UUID) -> Device | None:
    """The user's factor of the kind ``key`` with that id, of those that people name and remove one by one."""
    kind = next((kind for kind in KINDS if kind.key == key and kind.address), None)
    return kind.of(user).filter(pk=pk).first() if kind else None


def kind_of(factor: Device) -> Kind:
    """The kind of a factor; raises LookupError for a device that is none of ours."""
    kind = next((kind for kind in KINDS if isinstance(factor, kind.model)), None)
    if kind is None:
        raise LookupError(type(factor).__name__)
    return kind


def _rank(kind: Kind, user: User) -> Any:
    # Of those that make a second factor, the one last used; those that only stand in come after.
    last = kind.of(user).order_by("-last_used_at").values_list("last_used_at", flat=True).exclude(last_used_at=None)
    newest = last.first()
    return kind.is_primary, newest.timestamp() if newest else 0.0
