"""Ending the trust in a browser, and forgetting browsers."""

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Browser, User
from accounts.sessions.browsers import COOKIE_LASTS
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.browser_trust_revoked")
def revoke_trust(*, browser: Browser, by: Actor) -> Browser:
    """Ask for the second factor in a browser again. It stays known, and its session goes on.

    Raises Refused where it is not trusted any more.
    """
    User.objects.select_for_update().get(pk=browser.user_id)
    browser = Browser.objects.get(pk=browser.pk)
    if not browser.is_trusted:
        raise Refused(_("This browser is not trusted any more."), code="not-trusted")
    browser.trusted_until = None
    browser.save(update_fields=["trusted_until"])
    record("account.browser_trust_revoked", by=by, subject_id=browser.user_id, target=browser)
    return browser


def forget_browsers() -> int:
    """Delete browsers whose cookie has expired; of each user the last one stays, as a sign that there was one.

    How many there were.
    """
    old = Browser.objects.filter(last_seen_at__lt=timezone.now() - COOKIE_LASTS)
    newer = Browser.objects.filter(user=OuterRef("user"), last_seen_at__gt=OuterRef("last_seen_at"))
    return old.filter(Exists(newer)).delete()[0]
