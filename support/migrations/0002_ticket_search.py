"""Search for tickets by parts of what was written: a trigram index with the organization; others cost nothing."""

from django.db import migrations

from console.postgres import PostgresSQL


class Migration(migrations.Migration):
    """PostgreSQL only; the extensions came with the index of members."""

    dependencies = [("support", "0001_initial"), ("organizations", "0002_membership_search")]

    operations = [
        PostgresSQL(
            "CREATE INDEX ticket_by_search ON support_ticket USING gin (organization_id, search gin_trgm_ops)",
            "DROP INDEX ticket_by_search",
        ),
    ]
