"""What an organization may be called, and which address it may have: once had, it stays its own."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.models import Organization, Slug
from organizations.models.organization import RESERVED_SLUGS, SLUG_LENGTH, validate_slug

# Addresses that an organization has had, with the present one: who renames it often must not take all good names.
MOST_SLUGS = 10


def clean_slug(slug: str) -> str:
    """The slug, if it may be one. Raises Refused, at the field ``slug``."""
    if slug in RESERVED_SLUGS:
        raise Refused(_("This address is reserved. Choose another one."), code="slug-reserved", field="slug")
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise Refused(error.message, code="slug", field="slug") from None
    if len(slug) > SLUG_LENGTH:
        raise Refused(_("Choose an address of at most %d characters.") % SLUG_LENGTH, code="slug", field="slug")
    return slug


def check_slugs(organization: Organization) -> None:
    """Refuse a locked organization one more address than it may keep: each stays its own, and nobody else's.

    Raises Refused, at the field ``slug``; one that it has had before costs nothing.
    """
    had = set(Slug.objects.filter(organization=organization).values_list("slug", flat=True))
    if organization.slug not in had and len(had) >= MOST_SLUGS:
        raise Refused(
            _("%s keeps all the addresses that it has had, and cannot have more. Go back to one of them.")
            % organization.name,
            code="slugs",
            field="slug",
        )


def claim_slug(organization: Organization) -> None:
    """Save the organization with its slug; the row of the slug, whoever made it first, decides.

    Raises Refused, at the field ``slug``, where it is or was another organization's.
    """
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


def claim_free_slug(organization: Organization) -> None:
    """Save the organization with a slug made from its name; where somebody else is quicker, with the next one."""
    for _attempt in range(10):
        organization.slug = _free_slug(organization.name)
        with suppress(Refused):
            return claim_slug(organization)
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
