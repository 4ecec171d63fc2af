"""What infrastructure lets await people behind the bell, and which of its mails can be switched off."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.news import MailKind, NotificationKind
from infrastructure.models.certificate import ENDING_NOTICE
from infrastructure.models.engine import FAILING_NOTICE
from infrastructure.models.server import SILENT_NOTICE

type Names = Mapping[str, str]


def _silent(names: Names) -> str:
    """Names: ``server`` and ``organization``."""
    return _("Nothing is heard of the server %(server)s of %(organization)s.") % names


def _certificate(names: Names) -> str:
    """Names: ``certificate``, ``organization``, and ``ended``, which says something once it has."""
    if names.get("ended"):
        return _("The certificate %(certificate)s of %(organization)s has ended.") % names
    return _("The certificate %(certificate)s of %(organization)s ends soon.") % names


def _engine(names: Names) -> str:
    """Names: ``engine`` and ``organization``."""
    return _("The storage engine %(engine)s of %(organization)s does not work.") % names


NOTIFICATIONS: Final[tuple[NotificationKind, ...]] = (
    NotificationKind(
        key=ENDING_NOTICE,
        label=gettext_lazy("Certificate"),
        icon="badge-alert",
        sentence=_certificate,
        action=gettext_lazy("See certificate"),
        order=100,
        is_news=True,
    ),
    NotificationKind(
        key=FAILING_NOTICE,
        label=gettext_lazy("Storage engine"),
        icon="database-zap",
        sentence=_engine,
        action=gettext_lazy("See storage engine"),
        order=110,
        is_news=True,
    ),
    NotificationKind(
        key=SILENT_NOTICE,
        label=gettext_lazy("Monitoring server"),
        icon="unplug",
        sentence=_silent,
        action=gettext_lazy("See server"),
        order=120,
        is_news=True,
    ),
)

MAILS: Final[tuple[MailKind, ...]] = (
    MailKind(
        key="engines",
        label=gettext_lazy("Storage engines that fail"),
        help=gettext_lazy("A storage engine that you may change does not work, or works again."),
        order=110,
        kinds=("engine-failing", "engine-recovered"),
    ),
    MailKind(
        key="servers",
        label=gettext_lazy("Servers that are not heard of"),
        help=gettext_lazy("A server that you connected or look after has been silent for a quarter of an hour."),
        order=120,
        kinds=("server-silent",),
    ),
)
