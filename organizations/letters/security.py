"""Mails about an organization's rules for security."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import timestamp
from organizations.actors import Actor
from organizations.letters import News, tell_news
from organizations.models import Membership, Organization
from outbox.letters import Link, absolute


def send_required(membership: Membership, organization: Organization) -> None:
    """To a member without a second factor that counts: from when on the organization is closed to them."""

    def news() -> News:
        return News(
            subject=_("Set up a second factor for %s") % organization.name,
            text=_required(organization),
            link=Link(_("Set up a second factor"), absolute(reverse("accounts:security_mfa"))),
            reason=_("You get this mail because you are a member of %s and have no second factor that counts there.")
            % organization.name,
        )

    tell_news(membership.user, organization, kind="second-factor-required", news=news)


def _required(organization: Organization) -> str:
    closes_at = organization.second_factor_from
    assert closes_at is not None  # noqa: S101 -- only told where it is
    names = {"organization": organization.name, "time": timestamp(closes_at)}
    if closes_at > timezone.now():
        sentences = [_("From %(time)s, %(organization)s is open only to members with a second factor.") % names]
    else:
        sentences = [_("%(organization)s is now open only to members with a second factor.") % names]
    if organization.phone_is_second_factor:
        sentences.append(_("Set up an authenticator app or a passkey."))
    else:
        sentences.append(
            _(
                "Codes by text message do not count there: set up an authenticator app or a passkey,"
                " and remove your telephone number from what you sign in with."
            )
        )
    sentences.append(_("Your own account and your other organizations stay open."))
    return " ".join(sentences)


def send_released(founder: User, organization: Organization, by: Actor) -> None:
    """To somebody with the founder's role: who asks for no second factor any more."""

    def news() -> News:
        who = by.user.name if by.user and not by.is_trusted else _("Our staff")
        text = _(
            "%(person)s has switched the rule off: members need no second factor any more to work in %(organization)s."
        )
        return News(
            subject=_("%s no longer asks for a second factor") % organization.name,
            text=text % {"person": who, "organization": organization.name},
            link=Link(
                _("See the rules for security"),
                absolute(reverse("organizations:settings_security", args=[organization.slug])),
            ),
            reason=_("You get this mail because it concerns the security of %s.") % organization.name,
        )

    tell_news(founder, organization, kind="second-factor-released", news=news)
