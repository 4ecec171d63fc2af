"""Authenticator apps: adding one."""

from django.utils.translation import gettext as _

from accounts.actions.factors import note_added
from accounts.factors.kinds import tidy
from accounts.models import Authenticator, User
from accounts.models.authenticator import step_of
from audit.actors import Actor
from audit.recording import audited
from console.refusal import Refused

# Of one account: a code is compared with each of them, and each makes a guess as much likelier.
MOST = 5


@audited("account.factor_added")
def add_authenticator(*, user: User, secret: str, code: str, name: str, by: Actor) -> Authenticator:
    """Add the app that was given ``secret`` (base 32), once it has shown a right ``code``, which counts as used.

    Raises Refused for a wrong code, for a secret that another app of the user has, and beyond `MOST`.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    present = list(user.authenticators.all())
    if len(present) >= MOST:
        raise Refused(_("You have %d authenticator apps. Remove one before you add another.") % MOST, code="too-many")
    # Two with one secret would let a code count twice.
    if any(app.secret == secret for app in present):
        raise Refused(_("This app is added already."), code="known")
    step = step_of(tidy(code), secret)
    if step is None:
        raise Refused(
            _("This is not the code of this key. Check that your device's clock is right, and try the next one."),
            code="wrong",
            field="code",
        )
    app = Authenticator.build(user=user, name=name or _("Authenticator app"), secret=secret)
    app.last_step = step
    app.save()
    note_added(user, app, by)
    return app
