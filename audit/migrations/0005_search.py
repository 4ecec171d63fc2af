"""Search of a log by the name of who acted: a trigram index with the organization beside each name.

Why the text that is indexed begins with the end of the organization's id: organizations/log.py.
"""

from django.db import migrations

from console.postgres import PostgresSQL


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_append_only")]

    operations = [
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", PostgresSQL.noop),
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS btree_gin", PostgresSQL.noop),
        PostgresSQL(
            "CREATE INDEX detail_by_name ON audit_detail USING gin (organization_id,"
            " (\"right\"(organization_id::text, 8) || upper(actor::text) || upper(key_name::text)) gin_trgm_ops)",
            "DROP INDEX detail_by_name",
        ),
    ]
