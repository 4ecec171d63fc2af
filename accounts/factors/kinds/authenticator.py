"""The authenticator app as a kind of second factor."""

from django.utils.translation import gettext_lazy as _

from accounts.factors.kinds import Kind
from accounts.models import Authenticator, User


def verify(user: User, code: str) -> Authenticator | None:
    """The app that shows this code now, if none was accepted of it before."""
    return next((app for app in Authenticator.objects.filter(user=user, confirmed=True) if app.accept(code)), None)


AUTHENTICATOR = Kind(
    key="authenticator",
    model=Authenticator,
    label=_("Authenticator app"),
    icon="smartphone",
    prompt=_("Code"),
    help=_("Open your authenticator app and enter the six digits that it shows."),
    fragment="accounts/factors/_code.html",
    verify=verify,
    is_primary=True,
    address="accounts:security_authenticator_new",
    action=_("Add an authenticator app"),
)
