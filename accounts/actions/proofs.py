"""Saying once more who one is."""

from accounts.actions.passwords import check_password
from accounts.models import User
from audit.actors import Actor
from audit.recording import audited, record


@audited("account.password_confirmed")
def confirm_password(*, user: User, password: str, by: Actor) -> None:
    """Confirm with the password that it is the user; guesses are limited by account. Raises Refused at the field."""
    check_password(user, password, field="password")
    record("account.password_confirmed", by=by, subject_id=user.pk, target=user)
