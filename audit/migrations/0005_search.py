"""Search of a log by the name of who acted: the organization beside each name, and a trigram index with it.

Why the text that is indexed begins with the end of the organization's id: organizations/log.py.
"""

from django.db import migrations

from console.postgres import PostgresSQL

COPY = """
UPDATE audit_detail SET organization_id =
    (SELECT organization_id FROM audit_event WHERE audit_event.id = audit_detail.event_id)
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_append_only")]

    operations = [
        # Details may only be emptied; this once they get what stands in their events anyway.
        PostgresSQL("ALTER TABLE audit_detail DISABLE TRIGGER USER", PostgresSQL.noop),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        PostgresSQL("ALTER TABLE audit_detail ENABLE TRIGGER USER", PostgresSQL.noop),
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", PostgresSQL.noop),
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS btree_gin", PostgresSQL.noop),
        PostgresSQL(
            "CREATE INDEX detail_by_name ON audit_detail USING gin (organization_id,"
            " (\"right\"(organization_id::text, 8) || upper(actor::text) || upper(key_name::text)) gin_trgm_ops)",
            "DROP INDEX detail_by_name",
        ),
    ]
