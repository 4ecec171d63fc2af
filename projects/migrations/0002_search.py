"""Search for projects by parts of a name or a tag: a trigram index with the organization; others cost nothing."""

from django.db import migrations

from console.postgres import PostgresSQL


class Migration(migrations.Migration):
    """PostgreSQL only; the extensions came with the index of members."""

    dependencies = [("projects", "0001_initial"), ("organizations", "0002_membership_search")]

    operations = [
        PostgresSQL(
            "CREATE INDEX project_by_search ON projects_project USING gin (organization_id, search gin_trgm_ops)",
            "DROP INDEX project_by_search",
        ),
    ]
