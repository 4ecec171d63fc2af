"""Mails about storage engines that fail, and that work again."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from console.dates import timestamp
from infrastructure.models import StorageEngine
from organizations.letters import News, tell_news
from organizations.models import Organization
from outbox.letters import Link, absolute


def send_failing(person: User, organization: Organization, engine: StorageEngine) -> None:
    """To somebody who may change engines: since when it fails, and why."""

    def news() -> News:
        text = _(
            "The storage engine %(engine)s of %(organization)s has not worked since %(time)s: %(why)s"
            " We go on checking, and write once it works again."
        )
        names = {
            "engine": engine.name,
            "organization": organization.display_name,
            "time": timestamp(engine.failing_since),
            "why": engine.trouble,
        }
        return _news(_("%s does not work") % engine.name, text % names, organization, engine)

    tell_news(person, organization, kind="engine-failing", news=news)


def send_recovered(person: User, organization: Organization, engine: StorageEngine) -> None:
    """To somebody who may change engines, once it works again."""

    def news() -> News:
        text = _("The storage engine %(engine)s of %(organization)s works again.")
        names = {"engine": engine.name, "organization": organization.display_name}
        return _news(_("%s works again") % engine.name, text % names, organization, engine)

    tell_news(person, organization, kind="engine-recovered", news=news)


def _news(subject: str, text: str, organization: Organization, engine: StorageEngine) -> News:
    return News(
        subject=subject,
        text=text,
        link=Link(
            _("See the storage engine"),
            absolute(reverse("infrastructure:engine", args=[organization.slug, engine.pk])),
        ),
        reason=_("You get this mail because you look after the infrastructure of %s.") % organization.display_name,
    )
