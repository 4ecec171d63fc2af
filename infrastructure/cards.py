"""What infrastructure adds to pages of others: the settings, the page of a project, the admin, sealed secrets."""

from django.utils.translation import gettext_lazy as _

from console.navigation import Setting
from console.registry import Sealed, registry
from infrastructure.models import Certificate, StorageEngine
from infrastructure.models.certificate import KEY_PURPOSE
from infrastructure.models.engine import SECRET_PURPOSE
from infrastructure.notices import NOTIFICATIONS
from organizations.roles import Permission

SETTINGS: list[Setting] = [
    Setting(
        label=_("Certificates"),
        help=_("TLS certificates with their keys, for your domains."),
        icon="badge-check",
        address="infrastructure:certificates",
        order=64,
        permission=Permission.VIEW_INFRASTRUCTURE,
        match=("infrastructure:certificate*",),
    ),
    Setting(
        label=_("Storage engines"),
        help=_("Databases and object storage that projects keep their data in."),
        icon="database",
        address="infrastructure:engines",
        order=65,
        permission=Permission.VIEW_INFRASTRUCTURE,
        match=("infrastructure:engine*",),
    ),
    Setting(
        label=_("Servers"),
        help=_("Monitoring servers that are connected."),
        icon="server",
        address="infrastructure:servers",
        order=66,
        permission=Permission.VIEW_INFRASTRUCTURE,
        match=("infrastructure:server*",),
    ),
]

SEALED = (
    Sealed(rows=Certificate.objects.all, column="sealed_key", purpose=KEY_PURPOSE),
    Sealed(rows=StorageEngine.objects.all, column="sealed_secret", purpose=SECRET_PURPOSE),
)


def register() -> None:
    """Add them all."""
    for setting in SETTINGS:
        registry.add_setting(setting)
    for sealed in SEALED:
        registry.add_sealed(sealed)
    for notification in NOTIFICATIONS:
        registry.add_notification(notification)
