"""What the directory of customers does when apps below say that somebody came, asks for their data, or roles change."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Count
from django.dispatch import receiver

from accounts import signals as account_signals
from accounts.models import User
from audit.actors import ActorKind
from organizations import signals
from organizations.actors import Actor
from organizations.models import Membership
from organizations.policies import Role
from support.directory.recreating import arrive, note_who_goes
from support.models import CustomerPerson


@receiver(account_signals.signed_in)
@receiver(account_signals.address_verified)
def let_in_whom_the_directory_knows(user: User, **_: Any) -> None:
    """Whoever comes with a proven address gets what the directory says (text 003: *automatically*)."""
    arrive(user, Actor(kind=ActorKind.USER, user=user))


@receiver(signals.membership_ended)
def note_who_goes_again(membership: Membership, **_: Any) -> None:
    """Whoever was a member has come, whichever way."""
    note_who_goes(membership.user, membership.organization)


@receiver(account_signals.exporting)
def add_what_the_directory_says(user: User, add: Callable[[str, Iterable[Mapping[str, Any]]], None], **_: Any) -> None:
    """What the company's directory says of somebody belongs to their data."""
    columns = ("email", "name", "role", "is_administrator", "joined_at", "reminded_at", "reminders")
    rows = CustomerPerson.objects.of_user(user).order_by("id")
    add("customer_directory", rows.values("customer__name", *columns).iterator())


@receiver(signals.counting_roles)
def count_roles(add: Callable[[Any, Mapping[str, int]], None], **_: Any) -> None:
    """Roles that the directory gives are in use: a change of the policy must say what becomes of them."""
    counted = CustomerPerson.objects.values_list("role").annotate(number=Count("id")).order_by()
    add(CustomerPerson._meta.verbose_name_plural, dict(counted))


@receiver(signals.mapping_roles)
def map_roles(roles: Mapping[str, Role], **_: Any) -> None:
    """Whom the directory gives a role gets from now on the one that it becomes."""
    # Row by row of the former roles, each as it was: two may change places.
    former = {old: list(CustomerPerson.objects.filter(role=old).values_list("pk", flat=True)) for old in roles}
    for old, people in former.items():
        CustomerPerson.objects.filter(pk__in=people).update(role=roles[old].key)
