"""What a user does to the own account, and staff to others', beyond what allauth does."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext as _

from accounts import signals
from accounts.models import Session, User
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.claimed")
def claim_account(*, email: str, password: str | None, by: Actor) -> User | None:
    """Give an account that was never verified to whoever has proven its address; None where there is none.

    Somebody else may have made it, and waits. Nobody has been inside; the new password is the only way in, or there is
    none (None) until the caller makes one. Neither names nor linked accounts of before stay.
    """
    # Without keeping others from naming the user: an app above may wait for who does, when it hears of the address.
    user = User.objects.select_for_update(no_key=True).filter(email=email.lower(), is_active=True).first()
    if user is None or user.verified_addresses().exists():
        return None
    user.set_password(password)
    user.first_name = user.last_name = ""
    user.save(update_fields=["password", "first_name", "last_name"])
    SocialAccount.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    record("account.claimed", by=by, subject_id=user.pk, target=user)
    signals.address_verified.send(sender=User, user=user, email=user.email)
    return user


@audited("account.locked")
def lock_account(*, user: User, by: Actor) -> User:
    """Let nobody into an account any more; its sessions end at once.

    Raises Refused for the actor's own account: nobody could let them in again.
    """
    if user.pk == by.user_id:
        raise Refused(_("You cannot lock your own account."), code="own-account")
    locked = _set_active(user, "account.locked", by, is_active=False)
    Session.objects.end_all(user.pk)
    return locked


@audited("account.unlocked")
def unlock_account(*, user: User, by: Actor) -> User:
    """Let the person of a locked account sign in again."""
    return _set_active(user, "account.unlocked", by, is_active=True)


def _set_active(user: User, event: str, by: Actor, *, is_active: bool) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active != is_active:
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        record(event, by=by, subject_id=user.pk, target=user)
    return user
