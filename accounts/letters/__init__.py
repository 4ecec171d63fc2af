"""The mails of accounts, in our words, by noun."""

from collections.abc import Callable

from django.utils import timezone, translation

from accounts.models import User
from outbox.letters import Letter
from outbox.letters import send as send_letter
from outbox.models import Mail


def tell(user: User, compose: Callable[[], Letter], *, kind: str, to: str = "") -> Mail:
    """Send the user a letter in the user's own language and time zone.

    ``compose`` is called in that language; ``kind`` names the letter in the outbox; ``to``: an address of theirs other
    than the primary one.
    """
    language = user.language or translation.get_language()
    time_zone = user.time_zone or timezone.get_current_timezone_name()
    with translation.override(language), timezone.override(time_zone):
        return send_letter(compose(), to=to or user.email, kind=kind)
