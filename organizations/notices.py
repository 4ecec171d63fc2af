"""What organizations let await people behind the bell, and which of their mails can be switched off."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.news import MailKind, NotificationKind

type Names = Mapping[str, str]


def _invitation(names: Names) -> str:
    """Names: ``organization``, and ``person``, who invites, where there still is one."""
    if names.get("person"):
        return _("%(person)s invites you to join %(organization)s.") % names
    return _("You are invited to join %(organization)s.") % names


def _join_request(names: Names) -> str:
    """Names: ``person``, who asks, and ``organization``."""
    return _("%(person)s asks to join %(organization)s.") % names


def _join_answer(names: Names) -> str:
    """Names: ``organization``, ``answer``: approved or declined, and the ``reason``, where one was given."""
    if names["answer"] == "approved":
        return _("You are now a member of %(organization)s: your request was approved.") % names
    if names.get("reason"):
        return _("%(organization)s has declined your request to join: %(reason)s") % names
    return _("%(organization)s has declined your request to join.") % names


def _transfer(names: Names) -> str:
    """Names: ``person``, who offers it, and ``organization``."""
    return _("%(person)s offers you the ownership of %(organization)s.") % names


def _stream(names: Names) -> str:
    """Names: ``organization``."""
    return _("The audit log of %(organization)s does not arrive at its receiver.") % names


def _domain(names: Names) -> str:
    """Names: ``organization``, ``domain``, and ``state``: missing, lost or given_up."""
    return {
        "missing": _("The record of %(domain)s is gone. Set it again, or %(organization)s loses the domain."),
        "lost": _("%(domain)s is no longer proven for %(organization)s: its record was missing for too long."),
        "given_up": _("We no longer look for the record of %(domain)s: it never came."),
    }[names["state"]] % names


NOTIFICATIONS: Final = (
    NotificationKind(
        key="transfer",
        label=gettext_lazy("Transfer of ownership"),
        icon="crown",
        sentence=_transfer,
        action=gettext_lazy("See offer"),
        order=10,
    ),
    NotificationKind(
        key="invitation",
        label=gettext_lazy("Invitation"),
        icon="mail-open",
        sentence=_invitation,
        action=gettext_lazy("See invitation"),
        order=20,
    ),
    NotificationKind(
        key="join_request",
        label=pgettext_lazy("notification", "Request to join"),
        icon="user-round-plus",
        sentence=_join_request,
        action=gettext_lazy("See request"),
        order=30,
    ),
    NotificationKind(
        key="join_answer",
        label=gettext_lazy("Answer to your request"),
        icon="message-square-reply",
        sentence=_join_answer,
        action=gettext_lazy("See organizations"),
        order=40,
        is_news=True,
    ),
    NotificationKind(
        key="stream_failing",
        label=gettext_lazy("Audit log"),
        icon="scroll-text",
        sentence=_stream,
        action=gettext_lazy("See the stream"),
        order=50,
        is_news=True,
    ),
    NotificationKind(
        key="domain",
        label=gettext_lazy("Domain"),
        icon="globe",
        sentence=_domain,
        action=gettext_lazy("See the domain"),
        order=55,
        is_news=True,
    ),
)

MAILS: Final = (
    MailKind(
        key="invitations",
        label=gettext_lazy("Answers to my invitations"),
        help=gettext_lazy("Somebody whom you invited joined, declined, or asks for a new link."),
        order=10,
        kinds=("invitation-accepted", "invitation-declined", "invitation-renewal"),
    ),
    MailKind(
        key="join-requests",
        label=gettext_lazy("Requests to join that I can decide"),
        help=gettext_lazy("They also appear in your notifications."),
        order=20,
        kinds=("join-request", "join-request-digest"),
    ),
    MailKind(
        key="join-answers",
        label=gettext_lazy("Answers to my requests to join"),
        help=gettext_lazy("They also appear in your notifications."),
        order=30,
        kinds=("join-approved", "join-declined", "joined-by-domain"),
    ),
    MailKind(
        key="memberships",
        label=gettext_lazy("Changes of my role"),
        help=gettext_lazy("Somebody gave you another role, or your membership ends soon."),
        order=40,
        kinds=("role-changed", "membership-ending"),
    ),
    MailKind(
        key="api-keys",
        label=gettext_lazy("API keys that expire"),
        help=gettext_lazy("A key of yours expires soon or has expired, or service keys outlive whoever made them."),
        order=50,
        kinds=("api-key-ending", "api-key-ended", "api-keys-left"),
    ),
)
