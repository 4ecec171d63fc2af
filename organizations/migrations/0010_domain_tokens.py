"""A token of its own for each domain that was there before; who managed infrastructure may add and see it, too."""

import secrets
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def give_tokens(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The column's default was drawn once for all rows: who saw one would know the others'."""
    domains: Any = apps.get_model("organizations", "Domain").objects.using(schema_editor.connection.alias)
    for pk in domains.values_list("pk", flat=True):
        domains.filter(pk=pk).update(token=secrets.token_urlsafe(32))


def split_permission(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Roles and keys keep what they could do."""
    for name in ("CustomRole", "ApiKey"):
        rows: Any = apps.get_model("organizations", name).objects.using(schema_editor.connection.alias)
        for row in rows.filter(permissions__contains="_infrastructure,") | rows.filter(permissions__contains="connect_servers,"):
            held = set(row.permissions) | {"view_infrastructure"}
            if "manage_infrastructure" in held:
                held.add("add_infrastructure")
            rows.filter(pk=row.pk).update(permissions="," + "".join(f"{one}," for one in sorted(held)))


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("organizations", "0009_domains")]

    operations = [
        migrations.RunPython(give_tokens, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(split_permission, migrations.RunPython.noop, elidable=True),
    ]
