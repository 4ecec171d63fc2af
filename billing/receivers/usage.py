"""What ran is charged before those that know of it are gone."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from billing.actions.usage import record_ended
from organizations.models import Organization
from projects import signals
from projects.models import Project


@receiver(signals.ending)
def charge_before_projects_go(organization: Organization, projects: Collection[Project], **_: Any) -> None:
    """The last hours of services that go with their projects."""
    record_ended(organization, projects)
