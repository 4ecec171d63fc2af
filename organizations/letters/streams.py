"""Mails about the stream of an organization's log."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import timestamp
from organizations.letters import News, tell_news
from organizations.models import AuditStream, Organization
from outbox.letters import Link, absolute


def send_failing(person: User, organization: Organization, stream: AuditStream) -> None:
    """To somebody who looks after the log: since when nothing arrives, and why."""

    def news() -> News:
        text = _(
            "Since %(time)s the receiver of the audit log of %(organization)s has taken nothing: %(why)s "
            "We go on trying, and send everything in order once it answers, as long as the log is kept."
        )
        return _news(_("The audit log of %s does not arrive") % organization.display_name, text, organization, stream)

    tell_news(person, organization, kind="stream-failing", news=news)


def send_switched_off(person: User, organization: Organization, stream: AuditStream) -> None:
    """To somebody who looks after the log: we no longer send it, and why."""

    def news() -> News:
        text = _(
            "We no longer send the audit log of %(organization)s to its receiver, which has taken nothing since"
            " %(time)s: %(why)s Switch it on again, and everything that is kept since then is sent."
        )
        return _news(_("The audit log of %s is no longer sent") % organization.display_name, text, organization, stream)

    tell_news(person, organization, kind="stream-switched-off", news=news)


def _news(subject: str, text: str, organization: Organization, stream: AuditStream) -> News:
    names = {
        "organization": organization.display_name,
        "time": timestamp(stream.failing_since),
        "why": stream.trouble,
    }
    return News(
        subject=subject,
        text=text % names,
        link=Link(
            _("See the stream"), absolute(reverse("organizations:settings_audit_log_stream", args=[organization.slug]))
        ),
        reason=_("You get this mail because you look after the security of %s.") % organization.display_name,
    )
