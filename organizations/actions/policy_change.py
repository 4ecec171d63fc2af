"""Moving a deployment's data from one policy to another (PRODUCT: *Policies*).

Roles are words of a policy, and the same word may mean much more elsewhere: an `admin` of `default` would be a founder
of `percona`. So every role that is in use is mapped by whoever runs the company, and only the founder's by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Value, When

from accounts.models import User
from audit.recording import record
from console.refusal import Refused
from organizations import signals
from organizations.actions.admission import end_requests
from organizations.actors import Actor
from organizations.models import BatchRow, JoinRequest, Kind, Membership, Organization, PolicyInForce, Status, Transfer
from organizations.models.organization import PERSONAL_SLUG
from organizations.models.policy import FIRST
from organizations.models.role import CUSTOM, RoleHolder, role_holders
from organizations.policies import POLICIES, Policy, Role

# Rows that only write a role's key down, to read it later: what is in none of these tables is a RoleHolder.
KEPT_KEYS: tuple[tuple[type[models.Model], str], ...] = ((BatchRow, "role"), (Transfer, "giver_role"))
# Users whose personal accounts are made at a time.
CHUNK = 1000
# So many are named in a refusal.
NAMED = 10


@dataclass(frozen=True, kw_only=True)
class PolicyChange:
    """What a change of policy did, or would do.

    ``roles``: how many by kind of row and `old → new`; new personal accounts; requests to join that are void.
    """

    old: Policy
    new: Policy
    roles: dict[str, dict[str, int]] = field(default_factory=dict)
    personal_accounts: int = 0
    requests: int = 0


@transaction.atomic
def change_policy(*, to: str, mapping: Mapping[str, str], by: Actor) -> PolicyChange:
    """Map every role in the database to one of policy ``to``, and make that the policy in force.

    ``mapping``: the key of a role of the present policy to the key of one of the next. The founder's role becomes the
    founder's unless it is mapped. Roles that organizations made stay, since permissions are the same words everywhere.
    Where the next has no directory, nobody could answer an open request to join, or take it back: they lapse.
    Nothing may run meanwhile that serves under the former policy. Raises Refused for a policy or a role that is not
    there, a role in use that is not mapped, a team that would lose its founder, and people who are in more
    organizations than the policy allows.
    """
    in_force = PolicyInForce.objects.select_for_update().first() or PolicyInForce(policy=FIRST)
    old, new = _policy(in_force.policy), _policy(to)
    if old == new:
        raise Refused(f"The data is under {to!r} already.", code="same")
    roles = _complete(mapping, old, new)
    counts: dict[Any, Mapping[str, int]] = {model._meta.verbose_name_plural: _count(model) for model in role_holders()}
    signals.counting_roles.send(sender=PolicyInForce, add=counts.__setitem__)
    _refuse_unmapped(roles, counts)
    _refuse_crowds(new)
    _keep_founders(roles, old, new)
    for model in role_holders():
        _move(model, roles, new)
    signals.mapping_roles.send(sender=PolicyInForce, roles=roles)
    for keeper, column in KEPT_KEYS:
        _rewrite(keeper, column, {key: role.key for key, role in roles.items()})
    made = sum(_make_personal_accounts(new)) if new.has_personal_accounts else 0
    lapsed = 0 if new.has_directory else _end_all_requests(by)
    in_force.policy = new.key
    in_force.save()
    done = PolicyChange(
        old=old,
        new=new,
        roles={
            str(kind): {f"{key} → {roles[key].key}": number for key, number in sorted(found.items())}
            for kind, found in counts.items()
            if found
        },
        personal_accounts=made,
        requests=lapsed,
    )
    record(
        "policy.changed",
        by=by,
        target=in_force,
        before={"policy": old.key},
        after={
            "policy": new.key,
            "roles": {key: role.key for key, role in roles.items()},
            "personal_accounts": made,
            "requests": lapsed,
        },
    )
    return done


def _policy(key: str) -> Policy:
    try:
        return POLICIES[key]
    except KeyError:
        raise Refused(f"There is no policy {key!r}; there are: {', '.join(POLICIES)}.", code="policy") from None


def _complete(mapping: Mapping[str, str], old: Policy, new: Policy) -> dict[str, Role]:
    """What each role of the old policy becomes, as far as it was said; the founder's in any case."""
    for policy, keys in ((old, mapping), (new, mapping.values())):
        known = {role.key for role in policy.roles}
        if strange := sorted(set(keys) - known):
            raise Refused(
                f"{policy.key!r} has no role {', '.join(strange)}; it has: {', '.join(sorted(known))}.", code="role"
            )
    return {old.founder.key: new.founder, **{key: new.role(value) for key, value in mapping.items()}}


def _count(model: type[RoleHolder]) -> dict[str, int]:
    """How many rows name each built-in role."""
    rows = model._default_manager.exclude(role__in=[CUSTOM, ""]).order_by()
    return dict(rows.values_list("role").annotate(Count("pk")))


def _refuse_unmapped(roles: Mapping[str, Role], counts: Mapping[Any, Mapping[str, int]]) -> None:
    unmapped = sorted({key for found in counts.values() for key in found} - set(roles))
    if unmapped:
        raise Refused(
            f"These roles are in use and mapped to none: {', '.join(unmapped)}. Say what each becomes: "
            f"--map {unmapped[0]}=<role>.",
            code="unmapped",
        )


def _refuse_crowds(new: Policy) -> None:
    """Refuse where somebody is in more organizations than the new policy allows."""
    if new.organizations_per_user is None:
        return
    teams = Membership.objects.filter(organization__kind=Kind.TEAM).exclude(organization__status=Status.CLOSED)
    crowded = teams.order_by().values("user").annotate(number=Count("pk")).filter(number__gt=new.organizations_per_user)
    if number := crowded.count():
        ids = ", ".join(str(pk) for pk in crowded.order_by("user").values_list("user", flat=True)[:NAMED])
        raise Refused(
            f"{number} people are in more than {new.organizations_per_user} organization, which {new.key!r} does not "
            f"allow. They have to leave some first. Their ids, {NAMED} at most: {ids}.",
            code="no-room",
        )


def _keep_founders(roles: Mapping[str, Role], old: Policy, new: Policy) -> None:
    """Refuse where a team that has a founder would have none; one that is closed may be opened again."""
    remaining = [key for key, role in roles.items() if role == new.founder]
    team = Membership.objects.filter(organization=OuterRef("pk"))
    losing = Organization.objects.filter(
        Exists(team.filter(role=old.founder.key)), ~Exists(team.filter(role__in=remaining)), kind=Kind.TEAM
    )
    if number := losing.count():
        slugs = ", ".join(losing.order_by("slug").values_list("slug", flat=True)[:NAMED])
        raise Refused(
            f"{number} organizations would be left without a {new.founder.key!r}. Map {old.founder.key!r} to it. "
            f"They are, {NAMED} at most: {slugs}.",
            code="last-founder",
        )


def _move(model: type[RoleHolder], roles: Mapping[str, Role], new: Policy) -> None:
    """Give every row its new role in one statement: one after the other, two roles that change places would meet."""
    columns = {key: model.columns_for(role, new) for key, role in roles.items()}
    names = {name for changed in columns.values() for name in changed} - {"custom_role_id"}
    cases = {
        name: Case(
            *(When(role=key, then=Value(changed[name])) for key, changed in columns.items() if name in changed),
            default=F(name),
            output_field=cast("models.Field[Any, Any]", model._meta.get_field(name)),
        )
        for name in sorted(names)
    }
    model._default_manager.filter(role__in=roles).update(**cases)


def _rewrite(model: type[models.Model], column: str, keys: Mapping[str, str]) -> None:
    cases = Case(*(When(**{column: key, "then": Value(value)}) for key, value in keys.items()), default=F(column))
    model._default_manager.filter(**{f"{column}__in": keys}).update(**{column: cases})


def _end_all_requests(by: Actor) -> int:
    pending = JoinRequest.objects.pending()
    number = pending.count()
    for organization in Organization.objects.filter(pk__in=pending.values("organization")).order_by("pk"):
        end_requests(organization, by)
    return number


def _make_personal_accounts(new: Policy) -> Iterator[int]:
    """Make the personal accounts of those who have none; yields how many at a time."""
    without = list(User.objects.filter(personal_account=None).order_by("pk").values_list("pk", flat=True))
    for pks in batched(without, CHUNK):
        users = list(User.objects.filter(pk__in=pks))
        accounts = Organization.objects.bulk_create(
            Organization(kind=Kind.PERSONAL, slug=PERSONAL_SLUG, person=user) for user in users
        )
        memberships = []
        for account, user in zip(accounts, users, strict=True):
            membership = Membership(organization=account, user=user, **Membership.columns_for(new.founder, new))
            membership.copy_name()
            memberships.append(membership)
        Membership.objects.bulk_create(memberships)
        yield len(accounts)
