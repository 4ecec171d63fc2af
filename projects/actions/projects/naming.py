"""What a project may be called, at which address it may be, and which tags it may have."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from console.refusal import Refused
from console.text import fold, is_readable, one_line
from organizations.models import Organization
from organizations.models.organization import SLUG_LENGTH, validate_slug
from projects.models.project import DESCRIPTION_LENGTH, RESERVED_SLUGS, TAG_LENGTH, TAGS

# What a slug is called that is made from a name without a letter or digit of the alphabet of addresses.
NAMELESS = "project"
# Letters of a slug that is made from a name, which leaves room for a number.
ROOM = 32


def clean_description(description: str) -> str:
    """The description on one line. Raises Refused, at the field ``description``, for one that is too long."""
    cleaned = one_line(description, len(description))
    if len(cleaned) > DESCRIPTION_LENGTH:
        raise Refused(
            _("Say it in at most %d characters.") % DESCRIPTION_LENGTH, code="description", field="description"
        )
    return cleaned


def claimed_slug(organization: Organization, slug: str) -> str:
    """The slug, if a new project of a locked organization may have it.

    Raises Refused, at the field ``slug``, for one that is no slug, is an address already or another project's; one that
    is being deleted keeps its own until it is gone.
    """
    if slug in RESERVED_SLUGS:
        raise Refused(_("This address is reserved. Choose another one."), code="slug-reserved", field="slug")
    if len(slug) > SLUG_LENGTH:
        raise Refused(_("Choose an address of at most %d characters.") % SLUG_LENGTH, code="slug", field="slug")
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise Refused(error.message, code="slug", field="slug") from None
    if organization.projects.filter(slug=slug).exists():
        raise Refused(_("Another project has this address. Choose another one."), code="slug-taken", field="slug")
    return slug


def free_slug(organization: Organization, name: str) -> str:
    """A slug from the name that no project of a locked organization has: ``website``, else ``website-2`` and so on."""
    base = slugify(name)[:ROOM].replace("_", "-").strip("-") or NAMELESS
    base = "-".join(filter(None, base.split("-")))
    numbered = Q(slug=base) | Q(slug__startswith=f"{base}-")
    taken = set(organization.projects.filter(numbered).values_list("slug", flat=True)) | RESERVED_SLUGS
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are kept: in small letters, each once whatever its accents, in their order.

    Raises Refused, at the field ``tags``, for one that is too long or holds a comma, which stands between tags, and for
    more than a project may have.
    """
    found: dict[str, str] = {}
    for tag in tags:
        cleaned = one_line(tag, len(tag)).lower()
        if not cleaned:
            continue
        if not is_readable(cleaned) or "," in cleaned:
            raise Refused(_("“%s” cannot be a tag.") % cleaned[:TAG_LENGTH], code="tags", field="tags")
        if len(cleaned) > TAG_LENGTH:
            raise Refused(_("Choose tags of at most %d characters.") % TAG_LENGTH, code="tags", field="tags")
        found.setdefault(fold(cleaned), cleaned)
    if len(found) > TAGS:
        raise Refused(_("A project has at most %d tags.") % TAGS, code="tags", field="tags")
    return sorted(found.values())
