"""The logo of an organization: given, changed, taken away."""

from functools import partial
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import pictures
from audit.recording import audited, record
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

# Logos are shown to who is not signed in as well (an invitation), pictures of people are not.
LOGOS = "logos"


def change_logo(*, organization: Organization, picture: "File[bytes]", by: Actor) -> Organization:
    """Show a drawing of the uploaded file beside the team's name from now on; the former one is removed.

    Raises Refused for what cannot be drawn (`accounts.pictures.draw`); the former logo stays then.
    """
    name = pictures.store(pictures.draw(picture), LOGOS)
    try:
        return show_logo(organization=organization, name=name, by=by)
    except BaseException:
        # Files know no roll-back.
        pictures.discard(name, LOGOS)
        raise


@audited("organization.logo_changed")
def show_logo(*, organization: Organization, name: UUID, by: Actor) -> Organization:
    """Take a stored drawing as the team's logo. Raises Refused."""
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    if organization.is_personal:
        raise Refused(_("A personal account shows your own picture. Change that one."), code="personal")
    _replace(organization, name)
    record("organization.logo_changed", by=by, organization_id=organization.pk, target=organization)
    return organization


@audited("organization.logo_removed")
def remove_logo(*, organization: Organization, by: Actor) -> Organization:
    """Show initials again."""
    organization, by = lock(organization.pk, by, Permission.EDIT_SETTINGS)
    if organization.logo:
        _replace(organization, None)
        record("organization.logo_removed", by=by, organization_id=organization.pk, target=organization)
    return organization


def _replace(organization: Organization, name: UUID | None) -> None:
    former, organization.logo = organization.logo, name
    organization.save(update_fields=["logo"])
    if former:
        # A storage that does not answer now must not undo what people see done.
        transaction.on_commit(partial(pictures.discard, former, LOGOS), robust=True)
