"""Mails to people whom the directory of customers knows."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.letters import tell_address
from accounts.models import User
from organizations.letters import News, tell_news
from organizations.models import Membership, Organization
from outbox.letters import Letter, Link, absolute
from outbox.models import Mail
from outbox.suppression import choice_address
from support.models import CustomerPerson

# What the outbox calls the mail that asks somebody to register: the allowance of invitations counts it.
REMINDER = "registration-reminder"


def send_recreated(user: User, organization: Organization) -> None:
    """To the administrator: the organization is there, and what is left to do."""

    def news() -> News:
        text = _(
            "We know %s as our customer, so its organization is set up already: entitlements, contacts and tickets are"
            " there. Your colleagues become members when they sign in; you can see who has not yet, and remind them."
        )
        return News(
            subject=_("%s is set up") % organization.name,
            text=text % organization.name,
            link=Link(_("See who is missing"), absolute(reverse("support:registrations", args=[organization.slug]))),
            reason=_("You get this mail because we know you as the administrator of %s.") % organization.name,
        )

    tell_news(user, organization, kind="customer-recreated", news=news)


def send_joined(membership: Membership) -> None:
    """To who was let in: where they are now, and as what."""
    organization = membership.organization

    def news() -> News:
        names = {"organization": organization.name, "role": membership.role_label}
        return News(
            subject=_("You are now a member of %s") % organization.name,
            text=_("You are now %(role)s in %(organization)s.") % names,
            link=Link(
                _("Open %s") % organization.name,
                absolute(reverse("organizations:overview", args=[organization.slug])),
            ),
            reason=_("You get this mail because we know you as somebody of %s, which is our customer.")
            % organization.name,
        )

    tell_news(membership.user, organization, kind="customer-joined", news=news)


def send_reminder(person: CustomerPerson, organization: Organization, reminder: User | None) -> Mail:
    """To an address of the directory that has not come: who asks, and how to.

    ``reminder``: who had it sent; None for the organization itself.
    """
    return tell_address(
        person.email, lambda: _reminder(person, organization, reminder), kind=REMINDER, organization_id=organization.pk
    )


def _reminder(person: CustomerPerson, organization: Organization, reminder: User | None) -> Letter:
    names = {
        "who": reminder.name if reminder else organization.name,
        "organization": organization.name,
        "brand": settings.BRAND_NAME,
        "address": person.email,
    }
    return Letter(
        subject=_("%(who)s asks you to sign up for %(organization)s") % names,
        paragraphs=[
            _("%(organization)s works with %(brand)s, and you are not there yet.") % names,
            _("Sign up with this address, %(address)s: once you have proven it, you are a member.") % names,
        ],
        action=Link(_("Sign up"), absolute(reverse("account_signup"))),
        reason=_(
            "You get this mail because %(organization)s named your address to %(brand)s. If you do not know them,"
            " ignore it."
        )
        % names,
        organization_name=organization.name,
        stop=Link(_("Never mail me an invitation again"), absolute(choice_address(person.email))),
    )
