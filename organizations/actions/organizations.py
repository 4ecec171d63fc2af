"""Making, changing, suspending organizations."""

from contextlib import suppress
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from audit.recording import audited, record
from console.refusal import Refused
from console.text import is_readable, one_line
from organizations import policies, signals
from organizations.actions.locking import lock
from organizations.actions.rules import check_room
from organizations.actors import Actor
from organizations.models import Allowance, Kind, Membership, Organization, Slug, Status
from organizations.models.organization import (
    NAME_LENGTH,
    PERSONAL_SLUG,
    RESERVED_SLUGS,
    SLUG_LENGTH,
    Reason,
    validate_slug,
)
from organizations.roles import Permission

# What the settings page changes.
EDITABLE = ["name", "slug", "description"]


def create_personal_account(*, user: User) -> Organization:
    """Make the user's personal account, in the transaction that makes the user (PRODUCT: *personal account*)."""
    organization = Organization.objects.create(kind=Kind.PERSONAL, slug=PERSONAL_SLUG, person=user)
    _add_founder(organization, user)
    return organization


@audited("organization.created")
def create_organization(*, name: str, slug: str = "", by: Actor) -> Organization:
    """Make a team with the actor as its founder.

    ``slug``: made from the name where it is empty. Raises Refused for a slug that is taken.
    """
    name = _clean_name(name)
    _check_pace(by)
    assert isinstance(by.user, User)  # noqa: S101 -- the page asks for a signed-in user
    check_room(by.user)
    organization = Organization(kind=Kind.TEAM, name=name)
    if policies.current().is_suspended_at_first:
        # Text 004: credit 0 and SUSPENDED, until a payment.
        organization.status, organization.suspended_for = Status.SUSPENDED, Reason.UNFUNDED
    if slug:
        organization.slug = _clean_slug(slug)
        _claim_slug(organization)
    else:
        _claim_free_slug(organization)
    _add_founder(organization, by.user)
    record("organization.created", by=by, organization_id=organization.pk, target=organization)
    signals.created.send(sender=Organization, organization=organization)
    return organization


@audited("organization.edited")
def edit_organization(*, organization: Organization, name: str, slug: str, description: str, by: Actor) -> Organization:
    """Change name, slug and description of a team. The old slug stays the team's, and leads to the new one."""
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    if organization.is_personal:
        raise Refused(_("A personal account has no name and address of its own."), code="personal")
    before = {field: getattr(organization, field) for field in EDITABLE}
    organization.name, organization.description = _clean_name(name), one_line(description, 280)
    if slug == organization.slug:
        organization.save(update_fields=EDITABLE)
    else:
        organization.slug = _clean_slug(slug)
        _claim_slug(organization)
    after = {field: getattr(organization, field) for field in EDITABLE}
    if changed := [field for field in EDITABLE if before[field] != after[field]]:
        record(
            "organization.edited",
            by=by,
            organization_id=organization.pk,
            target=organization,
            after={"fields": changed},
            texts={field: (before[field], after[field]) for field in changed},
        )
    return organization


@audited("allowance.set")
def set_allowance(*, organization: Organization, limit: str, amount: int | None, by: Actor) -> None:
    """Give an organization a limit of its own; None: the policy's again. ``limit``: a value of Allowance.Name."""
    organization, by = lock(organization.pk, by)
    name = Allowance.Name(limit)
    before = organization.allowed(name)
    if amount is None:
        organization.allowances.filter(name=name).delete()
    else:
        organization.allowances.update_or_create(name=name, defaults={"amount": amount})
    record(
        "allowance.set",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={name: before},
        after={name: organization.allowed(name)},
    )


@audited("organization.suspended")
def suspend_organization(*, organization: Organization, reason: str, by: Actor) -> Organization:
    """Stop an organization from making and changing resources; ``reason``: a value of Reason."""
    organization, by = lock(organization.pk, by)
    if organization.status != Status.ACTIVE:
        raise Refused(_("Only an active organization can be suspended."), code="not-active")
    organization.status, organization.suspended_for = Status.SUSPENDED, Reason(reason)
    organization.save(update_fields=["status", "suspended_for"])
    record(
        "organization.suspended", by=by, organization_id=organization.pk, target=organization, after={"reason": reason}
    )
    return organization


@audited("organization.reactivated")
def reactivate_organization(*, organization: Organization, by: Actor) -> Organization:
    """Let a suspended organization work again. What staff suspended, only staff bring back."""
    organization, by = lock(organization.pk, by)
    if organization.status != Status.SUSPENDED:
        raise Refused(_("Only a suspended organization can be reactivated."), code="not-suspended")
    if organization.suspended_for == Reason.STAFF and not by.is_trusted:
        raise Refused(_("Only our staff can reactivate this organization."), code="staff-only")
    reason = organization.suspended_for
    organization.status, organization.suspended_for = Status.ACTIVE, ""
    organization.save(update_fields=["status", "suspended_for"])
    record(
        "organization.reactivated",
        by=by,
        organization_id=organization.pk,
        target=organization,
        before={"reason": reason},
    )
    return organization


def _check_pace(by: Actor) -> None:
    """Nobody makes organizations by the dozen, each with its own allowance of mails."""
    since = timezone.now() - timedelta(hours=24)
    recent = Organization.objects.filter(
        kind=Kind.TEAM, created_at__gt=since, memberships__user=by.user, memberships__invited_by=None
    )
    if recent.count() >= policies.current().organizations_per_day:
        raise Refused(_("You have made many organizations today. Try again tomorrow."), code="allowance")


def _add_founder(organization: Organization, user: User) -> None:
    Membership.build(organization=organization, user=user, role=policies.current().founder.key).save()


def _clean_name(name: str) -> str:
    cleaned = one_line(name, len(name))
    if not is_readable(cleaned):
        raise Refused(_("Give it a name that can be read."), code="name", field="name")
    if len(cleaned) > NAME_LENGTH:
        raise Refused(_("Choose a name of at most %d characters.") % NAME_LENGTH, code="name", field="name")
    return cleaned


def _clean_slug(slug: str) -> str:
    if slug in RESERVED_SLUGS:
        raise Refused(_("This address is reserved. Choose another one."), code="slug-reserved", field="slug")
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise Refused(error.message, code="slug", field="slug") from None
    if len(slug) > SLUG_LENGTH:
        raise Refused(_("Choose an address of at most %d characters.") % SLUG_LENGTH, code="slug", field="slug")
    return slug


def _claim_slug(organization: Organization) -> None:
    """Save the organization with its slug; the row of the slug, whoever made it first, decides."""
    try:
        with transaction.atomic():
            organization.save()
            claim, _created = Slug.objects.get_or_create(
                slug=organization.slug, defaults={"organization": organization}
            )
    except IntegrityError:
        claim = None
    if claim is None or claim.organization_id != organization.pk:
        raise Refused(_("This address is taken. Choose another one."), code="slug-taken", field="slug")


def _claim_free_slug(organization: Organization) -> None:
    """Claim a slug made from the name; where somebody else is quicker, the next one."""
    for _attempt in range(10):
        organization.slug = _free_slug(organization.name)
        with suppress(Refused):
            return _claim_slug(organization)
    raise Refused(_("Choose an address for it."), code="slug-taken", field="slug")


def _free_slug(name: str) -> str:
    """A slug from the name that nobody has had: ``acme``, else ``acme-2`` and so on."""
    base = slugify(name)[:32].strip("-") or "organization"
    numbered = Q(slug=base) | Q(slug__startswith=f"{base}-")
    taken = set(Slug.objects.filter(numbered).values_list("slug", flat=True)) | RESERVED_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
