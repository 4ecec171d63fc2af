"""The directory: what searches read is copied for the teams that are there, and indexed by parts of words."""

from django.db import migrations

from console.postgres import PostgresSQL
from console.text import words_of

BATCH = 1000


def copy_searches(apps, schema_editor):
    """Copy name, address and description into the search column, as saving an organization does; no domain is there."""
    organizations = apps.get_model("organizations", "Organization").objects.filter(kind="team", search="").order_by("pk")
    batch = []
    for organization in organizations.only("name", "slug", "description").iterator(chunk_size=BATCH):
        words = words_of(f"{organization.name} {organization.slug} {organization.description}")
        organization.search = "".join(f" {word}" for word in words)[:1000]
        batch.append(organization)
        if len(batch) == BATCH:
            organizations.model.objects.bulk_update(batch, ["search"])
            batch = []
    organizations.model.objects.bulk_update(batch, ["search"])


class Migration(migrations.Migration):
    """The index is for PostgreSQL only, and holds what the directory shows, not every tenant."""

    dependencies = [("organizations", "0003_policies_and_people")]

    operations = [
        migrations.RunPython(copy_searches, migrations.RunPython.noop),
        PostgresSQL(
            "CREATE INDEX organization_by_search ON organizations_organization USING gin (search gin_trgm_ops)"
            " WHERE kind = 'team' AND discoverability = 'public' AND NOT status = 'closed'",
            "DROP INDEX organization_by_search",
        ),
    ]
