"""A deployment that is older than billing: what ran there before is not billed afterwards."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module

import pytest
import time_machine
from django.apps import apps

from projects.models import ServiceSize
from projects.models.prices import Prices
from tests.projects.making import make_kind


@pytest.mark.django_db
def test_hours_from_before_the_upgrade_cost_nothing() -> None:
    make_kind()
    upgraded = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
    with time_machine.travel(upgraded, tick=False):
        import_module("projects.migrations.0004_free_until_now").free_until_now(apps, None)
    small = ServiceSize.objects.get(key="small")
    prices = Prices([small])
    hour = upgraded.replace(minute=0)
    assert (prices.at(small, hour), prices.at(small, hour + timedelta(hours=1))) == (Decimal(0), Decimal("0.02"))
