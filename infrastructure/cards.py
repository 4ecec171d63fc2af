"""What infrastructure adds to pages of others: the settings, the page of a project, the admin, sealed secrets."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.navigation import Setting
from console.registry import Card, Holding, Sealed, registry
from infrastructure.models import Certificate, Server, StorageEngine
from infrastructure.models.certificate import KEY_PURPOSE
from infrastructure.models.engine import SECRET_PURPOSE
from infrastructure.notices import MAILS, NOTIFICATIONS
from infrastructure.views.project_engines import storage_of
from organizations import policies
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
        label=policies.word("servers"),
        help=_("What watches over your databases, and when it was last heard of."),
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


STORAGE = Card(page="project", order=10, template="infrastructure/engines/_project_card.html", show=storage_of)


def _list_in_admin(name: str) -> Any:
    return lambda organization_id: f"{reverse(f'admin:infrastructure_{name}_changelist')}?q={organization_id}"


HOLDINGS = [
    Holding(
        label=_("Certificates"),
        order=110,
        count=lambda pk: Certificate.objects.filter(organization=pk).count(),
        address=_list_in_admin("certificate"),
    ),
    Holding(
        label=_("Storage engines"),
        order=120,
        count=lambda pk: StorageEngine.objects.filter(organization=pk).count(),
        address=_list_in_admin("storageengine"),
    ),
    Holding(
        label=_("Servers"),
        order=130,
        count=lambda pk: Server.objects.filter(organization=pk).count(),
        address=_list_in_admin("server"),
    ),
]


def register() -> None:
    """Add them all."""
    for setting in SETTINGS:
        registry.add_setting(setting)
    registry.add_card(STORAGE)
    for sealed in SEALED:
        registry.add_sealed(sealed)
    for notification in NOTIFICATIONS:
        registry.add_notification(notification)
    for mail in MAILS:
        registry.add_mail_kind(mail)
    for holding in HOLDINGS:
        registry.add_holding(holding)
