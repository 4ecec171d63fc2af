"""Mails about servers."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from console.dates import timestamp
from infrastructure.models import Server
from organizations.letters import News, tell_news
from organizations.models import Organization
from outbox.letters import Link, absolute

# Of whose servers this is, a mail says so many by name.
NAMED = 10


def send_silent(person: User, organization: Organization, servers: Sequence[Server]) -> None:
    """To who connected servers or manages them: these are not heard of."""

    def news() -> News:
        is_one = len(servers) == 1
        subject, text, address = _one(organization, servers[0]) if is_one else _several(organization, servers)
        return News(
            subject=subject,
            text=text,
            link=Link(_("See server") if is_one else _("See servers"), absolute(address)),
            reason=_("You get this mail because you connected the server, or look after the servers of %s.")
            % organization.display_name,
        )

    tell_news(person, organization, kind="server-silent", news=news)


def _one(organization: Organization, server: Server) -> tuple[str, str, str]:
    """Subject, text and address of a mail about one server."""
    names = {
        "server": server.name,
        "organization": organization.display_name,
        "time": timestamp(server.last_seen_at),
    }
    text = _(
        "Nothing was heard of the server %(server)s of %(organization)s since %(time)s. See whether it runs, and"
        " whether it reaches us. If it is gone for good, disconnect it."
    )
    address = reverse("infrastructure:server", args=[organization.slug, server.pk])
    return _("Nothing is heard of %s") % server.name, text % names, address


def _several(organization: Organization, servers: Sequence[Server]) -> tuple[str, str, str]:
    """The same of a mail about several."""
    number, named = len(servers), ", ".join(server.name for server in servers[:NAMED])
    listed = f"{named} …" if number > NAMED else named
    subject = ngettext("Nothing is heard of %(number)d server", "Nothing is heard of %(number)d servers", number)
    text = _(
        "Nothing was heard of %(number)d servers of %(organization)s for a quarter of an hour: %(servers)s. See whether"
        " they run, and whether they reach us. Disconnect those that are gone for good."
    )
    names = {"number": number, "organization": organization.display_name, "servers": listed}
    address = f"{reverse('infrastructure:servers', args=[organization.slug])}?state=unreachable"
    return subject % names, text % names, address
