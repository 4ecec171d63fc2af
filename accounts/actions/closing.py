"""The end of an account: what is the person's goes, and what stays of others' no longer says who it was."""

from functools import partial
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import signals
from accounts.actions.exports import remove_files_of
from accounts.letters.farewell import send_farewell
from accounts.models import User
from accounts.pictures import discard
from audit.actors import Actor
from audit.erasure import erase
from audit.recording import audited, record
from console.refusal import Refused
from outbox import forgetting


@audited("account.closed")
def close_account(*, user: User, by: Actor) -> UUID:
    """Delete an account with all that hangs on it, in one transaction (GDPR, article 17; issue 3, *My data*).

    Apps above end what is theirs when they hear ``signals.closing``, or refuse: a team keeps its last founder-role
    member. Sessions, addresses, factors and exports go with the row; mails that wait for its own addresses are
    withdrawn, but for the one that says good-bye; events keep their ids, and lose who it was.

    Returns the id that the account had, by which events know it. Raises Refused for an account that is gone already,
    for the last one that may do everything in the admin, and with what an app above has against it.
    """
    user_id = user.pk
    _keep_a_superuser(user)
    # First: an app above locks what somebody is let into, and then the person, just as whoever lets them in does.
    signals.closing.send(sender=User, user=user, by=by)
    user = _lock(user)
    record("account.closed", by=by, subject_id=user.pk, target=user)
    owned = set(user.verified_addresses())
    _forget_mails(user, owned)
    if user.email in owned:
        send_farewell(user)
    erase(user_id)
    remove_files_of(user)
    if user.picture:
        transaction.on_commit(partial(discard, user.picture), robust=True)
    user.delete()
    return user_id


def _lock(user: User) -> User:
    """The user, locked without keeping others from naming them: an app above may wait for who does (its receiver)."""
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if locked is None:
        raise Refused(_("This account is gone already."), code="gone")
    return locked


def _keep_a_superuser(user: User) -> None:
    """Refuse to end the account of the last one; two who end theirs at once wait for each other, in one order."""
    if not user.is_superuser:
        return
    rows = User.objects.select_for_update(no_key=True).filter(Q(pk=user.pk) | Q(is_superuser=True, is_active=True))
    if [row.pk for row in rows.order_by("pk")] == [user.pk]:
        raise Refused(
            _("You are the last who may do everything in the admin. Make somebody else a superuser first."),
            code="last-superuser",
        )


def _forget_mails(user: User, owned: set[str]) -> None:
    claimed = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)} - owned
    forgetting.forget_recipient(owned)
    forgetting.forget_claims(claimed)
    forgetting.forget_numbers(user.pk)
