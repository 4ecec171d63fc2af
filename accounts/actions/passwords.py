"""The password: changed, set for the first time, chosen anew by mail. Whoever else was in is out afterwards."""

from functools import partial

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts import limits
from accounts.letters.passwords import tell_of_password
from accounts.models import FactorGuard, Session, User
from accounts.sessions.browsers import forget_trust
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.password_changed")
def change_password(*, user: User, current: str, new: str, keep: str | None, by: Actor) -> User:
    """Change the password, knowing the present one (ASVS 6.2.2, 6.2.3); sessions end, but that with the key ``keep``.

    Raises Refused for a wrong present password, for too many of them, and for a new one that will not do.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    check_password(user, current, field="oldpassword")
    _choose(user, new)
    shut_out(user, keep=keep)
    record("account.password_changed", by=by, subject_id=user.pk, target=user)
    tell_of_password(user, by)
    return user


@audited("account.password_set")
def set_password(*, user: User, new: str, keep: str | None, by: Actor) -> User:
    """Set the first password of a user who signs in by other means; sessions end, but the one with the key ``keep``.

    Raises Refused when there is one already, and for one that will not do.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise Refused(_("You have a password already."), code="has-password")
    _choose(user, new)
    shut_out(user, keep=keep)
    record("account.password_set", by=by, subject_id=user.pk, target=user)
    tell_of_password(user, by)
    return user


@audited("account.password_reset")
def reset_password(*, user: User, new: str, by: Actor) -> User:
    """Choose a new password with a link that was mailed: all sessions and trusted browsers end.

    What somebody may have planted before the owner of the mailbox took the account back goes, too: addresses that
    were never verified, and identities at providers where the account itself never was (ATTACKS 5). A pause of second
    factors ends, which somebody with the former password may have begun; what was answered wrongly still counts.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    _choose(user, new)
    EmailAddress.objects.filter(user=user, verified=False).exclude(email=user.email).delete()
    if not user.verified_addresses().exists():
        SocialAccount.objects.filter(user=user).delete()
    FactorGuard.objects.filter(user=user).update(paused_until=None)
    shut_out(user)
    record("account.password_reset", by=by, subject_id=user.pk, target=user)
    tell_of_password(user, by)
    return user


def check_password(user: User, password: str, *, field: str) -> None:
    """Raise Refused at ``field`` unless it is the user's password; after five wrong ones in five minutes, unseen."""
    try:
        if limits.guess("current_password", partial(user.check_password, password), key=str(user.pk)):
            return
    except Refused as refusal:
        refusal.field = field
        raise
    raise Refused(_("This is not your password. Try again."), code="wrong", field=field)


def shut_out(user: User, *, keep: str | None = None) -> None:
    """End all sessions of the user but the one with the key ``keep``; no browser is trusted any more."""
    Session.objects.end_all(user.pk, keep=keep)
    forget_trust(user)


def _choose(user: User, new: str) -> None:
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused(error.messages[0], code="password", field="password1") from None
    user.set_password(new)
    user.save(update_fields=["password"])
