"""A first pair of keys for each membership that was there before keys were (text 004, *Accounts and API keys*)."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Exists, OuterRef

BATCH = 2_000


def give_pairs(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each membership without a pair one, some at a time: 200,000 memberships take less than a minute."""
    key: Any = apps.get_model("organizations", "ApiKey")
    membership: Any = apps.get_model("organizations", "Membership")
    alias = schema_editor.connection.alias
    pairs = key.objects.using(alias).filter(membership=OuterRef("pk"), kind="pair", revoked_at=None)
    without = membership.objects.using(alias).filter(~Exists(pairs)).order_by("pk").values_list("pk", "organization_id")
    rows = list(without[:BATCH])
    while rows:
        key.objects.using(alias).bulk_create(
            key(membership_id=pk, organization_id=organization_id, kind="pair") for pk, organization_id in rows
        )
        rows = list(without.filter(pk__gt=rows[-1][0])[:BATCH])


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("organizations", "0005_api_keys")]

    operations = [migrations.RunPython(give_pairs, migrations.RunPython.noop, elidable=True)]
