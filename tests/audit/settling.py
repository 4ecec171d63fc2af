"""What is done about the settings of Acme: each by somebody of the cast, with what it takes before."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from organizations import actions
from organizations.models import Details, Organization
from tests.accounts import uploads
from tests.cast import Cast


def edit_details(cast: Cast) -> Details:
    return actions.edit_details(
        organization=cast.acme,
        company="Acme SAS",
        country="FR",
        address={"street_address": "8 rue de la Paix", "postal_code": "75002", "city": "Paris"},
        by=cast.bella.actor(cast.acme),
    )


def edit_joining(cast: Cast) -> Organization:
    return actions.edit_joining(
        organization=cast.acme, discoverability="public", members_may_invite=True, by=cast.adam.actor(cast.acme)
    )


def change_logo(cast: Cast) -> Organization:
    picture = SimpleUploadedFile("logo.png", uploads.encoded("PNG"))
    return actions.change_logo(organization=cast.acme, picture=picture, by=cast.adam.actor(cast.acme))


def remove_logo(cast: Cast) -> Organization:
    change_logo(cast)
    return actions.remove_logo(organization=cast.acme, by=cast.adam.actor(cast.acme))


SETTLING: dict[str, tuple[str, Callable[[Cast], object]]] = {
    "edit_details": ("details.edited", edit_details),
    "edit_joining": ("organization.joining_edited", edit_joining),
    "change_logo": ("organization.logo_changed", change_logo),
    "remove_logo": ("organization.logo_removed", remove_logo),
}
