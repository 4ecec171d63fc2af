"""The last mail of an account."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.letters import tell
from accounts.models import User
from outbox.forgetting import FAREWELL
from outbox.letters import Letter


def send_farewell(user: User) -> None:
    """To the primary address: the account is gone. Written while it is still there to say whose it was."""

    def compose() -> Letter:
        return Letter(
            subject=_("Your account is gone"),
            greeting=_("Hello %s,") % user.get_short_name(),
            paragraphs=[
                _("Your account with %s was deleted, with everything that was yours alone.") % settings.BRAND_NAME,
                _("What you did in organizations stays in their logs, without your name."),
                _("You can sign up again at any time; nothing of the former account comes back."),
            ],
            reason=_("You get this mail because this was the address of the account. It is the last one."),
        )

    tell(user, compose, kind=FAREWELL)
