"""What the races share."""

from uuid import UUID

import pytest

from organizations.models import Organization
from organizations.models.organization import OrganizationQuerySet


@pytest.fixture
def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code with the lock taken out: shows that a race is one, and that its test can fail."""

    def get(queryset: OrganizationQuerySet, pk: UUID) -> Organization:
        return queryset.get(pk=pk)

    monkeypatch.setattr(OrganizationQuerySet, "lock", get)
    # The manager's own copy of the queryset's method.
    monkeypatch.setattr(type(Organization.objects), "lock", lambda manager, pk: manager.get_queryset().get(pk=pk))
