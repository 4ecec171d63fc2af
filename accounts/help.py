"""Help: the ways to get it that the deployment's settings name, and our own guides (text 002, *Need help?*)."""

from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.terms import latest
from console.registry import FooterLink, HelpLink
from console.text import is_web_address


def page_in(setting: str, _request: Any) -> str:
    """The page that a setting names; empty where it names none, or something that is no page."""
    address: str = getattr(settings, setting)
    return address if is_web_address(address) else ""


def mailbox(_request: Any) -> str:
    """Where mails for help go."""
    try:
        validate_email(settings.SUPPORT_EMAIL)
    except ValidationError:
        return ""
    return f"mailto:{settings.SUPPORT_EMAIL}"


def mfa_guide(_request: Any) -> str:
    """The guide to multi-factor authentication."""
    return reverse("help:mfa")


def _community() -> str:
    return str(settings.COMMUNITY_NAME)


LINKS: Final = (
    HelpLink(
        label=_("Help centre"),
        help=_("Guides and answers to what others have asked before."),
        icon="book-open",
        action=_("Open the help centre"),
        order=10,
        address=partial(page_in, "HELP_CENTRE_URL"),
    ),
    HelpLink(
        label=_("Protect your account"),
        help=_("Multi-factor authentication step by step, and what to do when you have lost your phone."),
        icon="shield-check",
        action=_("Read the guide"),
        order=20,
        address=mfa_guide,
    ),
    HelpLink(
        label=_("Community"),
        help=_("Ask other customers and our team, and read what they talk about."),
        icon="messages-square",
        action=format_lazy(_("Join us on {channel}"), channel=lazy(_community, str)()),
        order=30,
        address=partial(page_in, "COMMUNITY_URL"),
    ),
    HelpLink(
        label=_("Open a ticket"),
        help=_("Say what you tried, what happened, and what you expected. You get an answer in the ticket."),
        icon="ticket",
        action=_("Open a ticket"),
        order=40,
        address=partial(page_in, "TICKETS_URL"),
    ),
    HelpLink(
        label=_("Write to us"),
        help=_("For everything else. Never send us a password or a code: we do not ask for them."),
        icon="mail",
        action=_("Write a mail"),
        order=50,
        address=mailbox,
    ),
)

FOOTER: Final = (
    FooterLink(label=_("Help"), order=10, address=lambda: reverse("help:index")),
    FooterLink(label=_("Terms"), order=20, address=lambda: reverse("help:terms") if latest.get() else ""),
    FooterLink(label=_("Cookies"), order=30, address=lambda: reverse("cookies")),
)
