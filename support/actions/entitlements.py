"""Entitlements: what staff write down of contracts, and the warnings before these end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.refusal import Refused
from console.text import is_readable, one_line
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from support.actions.staff import check_staff
from support.models import Entitlement
from support.models.customer import KEY_LENGTH, NAME_LENGTH

# What staff edit.
TERMS = ("number", "name", "tier", "units", "unit", "level", "starts_on", "ends_on", "families")
# Texts, and how long each may be.
_TEXTS = {"number": KEY_LENGTH, "name": NAME_LENGTH, "tier": 60, "unit": 40}
# Families of one entitlement, and characters of each.
FAMILIES, FAMILY_LENGTH = 50, 60


@audited("entitlement.added")
def add_entitlement(*, organization: Organization, by: Actor, **terms: Any) -> Entitlement:
    """Write down what support an organization has bought; ``terms``: of `TERMS`. For staff.

    Raises Refused, at the field, for terms that make no sense and for a number that another contract has.
    """
    check_staff(by)
    organization, by = lock(organization.pk, by)
    entitlement = Entitlement(organization=organization, **terms)
    _save(entitlement, is_new=True)
    record("entitlement.added", by=by, organization_id=organization.pk, target=entitlement, after=_told(entitlement))
    return entitlement


@audited("entitlement.changed")
def change_entitlement(*, entitlement: Entitlement, by: Actor, **terms: Any) -> Entitlement:
    """Change what is written down; ``terms``: those of `TERMS` that change. For staff.

    Whoever was told of its end is told again where it ends on another day. Raises Refused as `add_entitlement` does.
    """
    check_staff(by)
    entitlement, by = _lock(entitlement, by)
    before = _told(entitlement)
    for name, value in terms.items():
        setattr(entitlement, name, value)
    if before["ends_on"] != entitlement.ends_on.isoformat():
        entitlement.warned_days = None
    _save(entitlement, is_new=False)
    after = _told(entitlement)
    changed = [name for name in TERMS if before[name] != after[name]]
    if changed:
        record(
            "entitlement.changed",
            by=by,
            organization_id=entitlement.organization_id,
            target=entitlement,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return entitlement


@audited("entitlement.removed")
def remove_entitlement(*, entitlement: Entitlement, by: Actor) -> Entitlement:
    """Take back what was written down by mistake; tickets that were raised under it stay as they were promised.

    For staff. A contract that has ended is not removed: it says so.
    """
    check_staff(by)
    entitlement, by = _lock(entitlement, by)
    record(
        "entitlement.removed",
        by=by,
        organization_id=entitlement.organization_id,
        target=entitlement,
        before=_told(entitlement),
    )
    Entitlement.objects.filter(pk=entitlement.pk).delete()
    return entitlement


def check_terms(terms: Mapping[str, Any]) -> None:
    """Refuse terms that make no sense. Raises Refused, at the field."""
    for field in ("number", "name"):
        if not is_readable(str(terms[field])):
            raise Refused(_("Fill this in."), code="required", field=field)
    starts_on, ends_on = terms["starts_on"], terms["ends_on"]
    if ends_on < starts_on:
        raise Refused(_("It ends before it begins."), code="order", field="ends_on")
    families = terms["families"]
    if not isinstance(families, list) or not all(isinstance(one, str) and is_readable(one) for one in families):
        raise Refused(_("Type the families of products, one a line."), code="families", field="families")
    if len(families) > FAMILIES or any(len(one) > FAMILY_LENGTH for one in families):
        raise Refused(
            _("Type at most %(number)d families, of %(length)d characters each.")
            % {"number": FAMILIES, "length": FAMILY_LENGTH},
            code="families",
            field="families",
        )


def _save(entitlement: Entitlement, *, is_new: bool) -> None:
    for field, length in _TEXTS.items():
        setattr(entitlement, field, one_line(str(getattr(entitlement, field)), length))
    check_terms({name: getattr(entitlement, name) for name in ("number", "name", "starts_on", "ends_on", "families")})
    try:
        with transaction.atomic():
            entitlement.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError:
        raise Refused(_("Another entitlement has this number."), code="taken", field="number") from None


def _lock(entitlement: Entitlement, by: Actor) -> tuple[Entitlement, Actor]:
    organization, by = lock(entitlement.organization_id, by)
    try:
        found = Entitlement.objects.select_for_update(of=("self",)).select_related("level").get(pk=entitlement.pk)
    except Entitlement.DoesNotExist:
        raise Refused(_("Somebody has removed this entitlement meanwhile."), code="gone") from None
    found.organization = organization
    return found, by


def _told(entitlement: Entitlement) -> dict[str, Any]:
    """Its terms as the log has them; the contract names no person."""
    values = {name: getattr(entitlement, name) for name in TERMS}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | list) else value.key
