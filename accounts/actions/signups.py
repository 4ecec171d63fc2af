"""Sign-ups that nobody ever verified do not stay (issue 3, *Help*)."""

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.actions.closing import close_account
from accounts.models import User
from audit.actors import Actor
from console.refusal import Refused

# The link of the mail lives for 7 days, and a new one can be had by signing in.
LIFETIME = timedelta(days=30)
# Each goes in a transaction of its own; so many at most in one run.
BATCH = 1000


def expire_signups() -> int:
    """Delete the accounts that were made 30 days ago and never had a verified address. How many.

    Nobody can have been inside, so nothing is lost with them but a claim to an address that may be somebody else's.
    Staff stay: whoever made them meant it. Safe to run twice at once, and beside somebody who verifies just now.
    """
    return sum(_expire(user_id) for user_id in list(_expired().order_by("pk").values_list("pk", flat=True)[:BATCH]))


def _expired() -> QuerySet[User]:
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    long_ago = timezone.now() - LIFETIME
    return User.objects.filter(~Exists(verified), date_joined__lt=long_ago, is_staff=False, is_superuser=False)


def _expire(user_id: UUID) -> bool:
    with transaction.atomic():
        # Whoever verifies an address changes its row: from here on they wait, or were first.
        list(EmailAddress.objects.select_for_update().filter(user=user_id).values_list("pk"))
        user = _expired().select_for_update(no_key=True, skip_locked=True).filter(pk=user_id).first()
        if user is None:
            return False
        try:
            close_account(user=user, by=Actor.system())
        except Refused:
            # An app above holds on to the account.
            return False
    return True
