"""The mail about a new password. It names what else opens the account, and came a short while ago."""

from datetime import timedelta

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.factors import KINDS
from accounts.letters import tell
from accounts.letters.notices import circumstances
from accounts.models import User
from accounts.providers import provider_name
from audit.actors import Actor
from console.dates import timestamp
from outbox.letters import Letter, Link, absolute

# What somebody may have left behind who was in for a moment: named for as long.
NEW_FOR = timedelta(days=7)


def tell_of_password(user: User, by: Actor) -> None:
    """There is a new password; whoever was in before may have left another way in, so what is new is named."""
    tell(user, lambda: _changed(user, by), kind="password-changed")


def _changed(user: User, by: Actor) -> Letter:
    return Letter(
        subject=_("Your password was changed"),
        greeting=_("Hello %s,") % user.get_short_name(),
        paragraphs=[
            _("The password of your account was changed."),
            circumstances(by),
            *_new_ways_in(user),
            *_other_addresses(user),
            _("If it was not you, choose a new password at once and end all other sessions."),
        ],
        action=Link(_("Check your security settings"), absolute(reverse("accounts:security"))),
        reason=_("You get this mail because it concerns the security of your account with %s.") % settings.BRAND_NAME,
    )


def _new_ways_in(user: User) -> list[str]:
    # By their kinds: whoever added one may have written anything into its name.
    since = timezone.now() - NEW_FOR
    new = [
        (str(kind.label), factor.created_at) for kind in KINDS for factor in kind.of(user).filter(created_at__gt=since)
    ]
    linked = SocialAccount.objects.filter(user=user, date_joined__gt=since).order_by("pk")
    new += [(_("Account at %s") % provider_name(account.provider), account.date_joined) for account in linked]
    if not new:
        return []
    named = "; ".join(f"{label} ({timestamp(when)})" for label, when in new)
    return [_("In the last 7 days this was added to your account: %s. Remove what is not yours.") % named]


def _other_addresses(user: User) -> list[str]:
    others = ", ".join(sorted({*user.verified_addresses()} - {user.email}))
    if not others:
        return []
    return [_("These addresses can choose a new password, too: %s. Remove what is not yours.") % others]
