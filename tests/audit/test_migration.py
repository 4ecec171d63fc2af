"""A log that was written before there were chains goes through the migrations, down and up again. `--long`."""

from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from audit.chaining import link_events
from audit.models import Detail, Event
from audit.verifying import verify

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.django_db(transaction=True)]

ACME = UUID(int=1)


def test_events_from_before_there_were_chains_get_their_place_and_their_organization() -> None:
    call_command("migrate", "audit", "0002", verbosity=0)
    try:
        old = MigrationExecutor(connection).loader.project_state([("audit", "0002_erasure")]).apps
        for number in range(3):
            event = old.get_model("audit", "Event").objects.create(
                action="organization.edited", organization_id=ACME, actor_kind="system", after={"number": number}
            )
            old.get_model("audit", "Detail").objects.create(event=event, actor="Ada Lovelace")
    finally:
        call_command("migrate", verbosity=0)
    assert set(Detail.objects.values_list("organization_id", flat=True)) == {ACME}
    assert link_events() == 3
    verdict = verify(ACME)
    assert (verdict.verified, verdict.unlinked, verdict.fault) == (3, 0, None)
    assert Event.objects.filter(link__chain=ACME).count() == 3
