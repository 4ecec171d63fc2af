"""What becomes of infrastructure when its organization is closed, and when it is closed for good."""

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from infrastructure.models import Certificate, EngineCheck, ProjectEngine, Server, ServerToken, StorageEngine
from organizations.models import Organization
from organizations.signals import Obstacle

# Rows of each kind that go in one transaction.
BATCH = 500


def infrastructure_that_goes(organization: Organization) -> Obstacle | None:
    """What whoever closes an organization must know of what it has set up; None where that is nothing.

    Nothing of it is in the way: it costs nothing, and nobody outside depends on it but by what uses it anyway.
    """
    if not any(rows.exists() for rows in _owned(organization)[-3:]):
        return None
    return Obstacle(
        sentence=_(
            "Its certificates, storage engines and servers are not used any more, and are deleted once it can no longer"
            " be opened again. What they stand for elsewhere stays."
        ),
        address=reverse("organizations:settings", args=[organization.slug]),
        action=_("See settings"),
        blocks=False,
    )


def end_infrastructure(organization: Organization) -> bool:
    """Delete some of what a locked organization that is closed for good had set up; whether there is more.

    Nothing is kept but the log, which says that the organization ended: no event for each row.
    """
    for rows in _owned(organization):
        batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        rows.model._default_manager.filter(pk__in=batch).delete()
        if len(batch) == BATCH:
            return True
    return False


def _owned(organization: Organization) -> list[QuerySet[Model]]:
    """All of it, what leads to others before them; the last three are what people know by name."""
    rows: list[QuerySet[Model]] = [
        ProjectEngine._default_manager.filter(engine__organization=organization),
        EngineCheck._default_manager.filter(engine__organization=organization),
        ServerToken._default_manager.filter(organization=organization),
        Server._default_manager.filter(organization=organization),
        Certificate._default_manager.filter(organization=organization),
        StorageEngine._default_manager.filter(organization=organization),
    ]
    return rows
