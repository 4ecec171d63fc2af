"""What a new password must be, beyond Django's rules. There is none for kinds of characters (ASVS 6.2.5)."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.passwords.breaches import is_breached
from accounts.passwords.strength import known_of_user, strength_of

log = logging.getLogger(__name__)


class MaximumLength:
    """Longer ones are nobody's password, and cost time (ASVS 6.2.9 asks for 64 at least)."""

    def __init__(self, characters: int = 256) -> None:
        self.characters = characters

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a longer one."""
        if len(password) > self.characters:
            raise ValidationError(
                _("This password is too long. Use %d characters at most.") % self.characters, code="too-long"
            )

    def get_help_text(self) -> str:
        """What Django lists below the admin's fields; ours have a sentence of their own (`forms.passwords`)."""
        return _("Use %d characters at most.") % self.characters


class Guessable:
    """Refuses what is among the first thousand guesses for this very person; more than that is only advice."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for what anybody would try first (ASVS 6.2.4)."""
        if strength_of(password, known_of_user(user or User())).score == 0:
            raise ValidationError(_("This password is one of the first that anybody would try."), code="guessable")

    def get_help_text(self) -> str:
        """As above."""
        return _("Do not use what anybody would try first.")


class ContextWords:
    """Refuses what is little more than the name or the host of this console (ASVS 6.1.2, 6.2.11).

    ``characters``: letters and digits that must be left when those words are taken out.
    """

    def __init__(self, characters: int = 6) -> None:
        self.characters = characters

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for one that is too much like it."""
        rest = password.lower()
        for word in sorted(context_words(), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < len(password) and sum(c.isalnum() for c in rest) < self.characters:
            raise ValidationError(
                _("This password is too similar to the name of %s.") % settings.BRAND_NAME, code="context"
            )

    def get_help_text(self) -> str:
        """As above."""
        return _("Do not use the name of %s.") % settings.BRAND_NAME


class Breached:
    """Refuses what was found in data breaches, where the deployment has a list (ASVS 6.2.12)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for one that is in the list."""
        if settings.BREACHED_PASSWORDS_FILE and _is_in_list(password):
            raise ValidationError(
                _("This password was found in a data breach, so others try it. Choose another one."), code="breached"
            )

    def get_help_text(self) -> str:
        """As above."""
        return _("Do not use a password that was found in a data breach.")


def context_words() -> set[str]:
    """The words of the brand's name and of the console's host, in small letters, from four letters on."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    words = "".join(c if c.isalnum() else " " for c in f"{settings.BRAND_NAME} {host}".lower()).split()
    return {word for word in words if len(word) >= 4}  # noqa: PLR2004 -- as the docstring says


def _is_in_list(password: str) -> bool:
    try:
        return is_breached(password, Path(settings.BREACHED_PASSWORDS_FILE))
    except OSError as error:
        # The start-up check had found it readable: a disk that fails must not keep people from changing passwords.
        log.error("BREACHED_PASSWORDS_FILE cannot be read (%s): not asked.", type(error).__name__)  # noqa: TRY400
        return False
