"""Member search by parts of a name: a trigram index with the organization, so that other tenants cost nothing."""

from django.db import migrations

from console.postgres import PostgresSQL


class Migration(migrations.Migration):
    """PostgreSQL only; both extensions are trusted, so the owner of the database may create them."""

    dependencies = [("organizations", "0001_initial")]

    operations = [
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", PostgresSQL.noop),
        PostgresSQL("CREATE EXTENSION IF NOT EXISTS btree_gin", PostgresSQL.noop),
        PostgresSQL(
            "CREATE INDEX membership_by_search ON organizations_membership"
            " USING gin (organization_id, search gin_trgm_ops)",
            "DROP INDEX membership_by_search",
        ),
    ]
