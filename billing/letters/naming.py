"""How mails name whose money it is."""

from django.utils.translation import gettext as _

from organizations.models import Organization


def name_of(organization: Organization | None) -> str:
    """An organization as it stands in a sentence; a personal account has no name of its own."""
    if organization is None:
        return ""
    return _("your personal account") if organization.is_personal else organization.name


def name_at_start(organization: Organization | None) -> str:
    """The same where a sentence begins with it; a name stays as it is written."""
    if organization is None:
        return ""
    return _("Your personal account") if organization.is_personal else organization.name
