"""Notices about second factors: each change of one, and each attempt that somebody else may have made."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.letters.notices import notify
from accounts.models import User
from accounts.models.backup_codes import FEW
from audit.actors import Actor


def notify_added(user: User, label: Any, by: Actor) -> None:
    """A factor was added; ``label`` says of which kind."""
    notify(
        user,
        lambda: (
            _("A second factor was added to your account"),
            _("This was added for signing in to your account: %s.") % label,
        ),
        kind="factor-added",
        by=by,
    )


def notify_removed(user: User, label: Any, by: Actor, *, is_protected: bool) -> None:
    """A factor was removed, perhaps the last one."""

    def notice() -> tuple[str, str]:
        if is_protected:
            sentence = _("This is no longer asked for at signing in to your account: %s.") % label
            return _("A second factor was removed from your account"), sentence
        return (
            _("Multi-factor authentication is off"),
            _(
                "The last second factor of your account was removed (%s). "
                "Whoever gets past the first step of signing in is in your account now."
            )
            % label,
        )

    notify(user, notice, kind="factor-removed", by=by)


def notify_codes_renewed(user: User, by: Actor) -> None:
    """There are new backup codes."""
    notify(
        user,
        lambda: (
            _("You have new backup codes"),
            _("New backup codes were made for your account. The former ones do not work any more."),
        ),
        kind="backup-codes-renewed",
        by=by,
    )


def notify_backup_code_used(user: User, left: int, by: Actor) -> None:
    """A backup code was used, and how many there still are."""

    def notice() -> tuple[str, str]:
        sentence = ngettext(
            "A backup code of your account was used. %d is left.",
            "A backup code of your account was used. %d are left.",
            left,
        )
        more = _("Make new ones soon.") if left <= FEW else ""
        return _("A backup code was used"), f"{sentence % left} {more}".strip()

    notify(user, notice, kind="backup-code-used", by=by)


def notify_guessing(user: User, by: Actor) -> None:
    """Somebody has passed the first factor and guesses the second one (ASVS 6.3.5)."""
    notify(
        user,
        lambda: (
            _("Somebody knows your password"),
            _(
                "Somebody gave your password and then wrong codes, several times in a row."
                " If it was not you, they know your password; the second factor has kept them out."
            ),
        ),
        kind="factor-guessed",
        by=by,
    )
