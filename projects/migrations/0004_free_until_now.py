"""What ran before there was billing costs nothing: prices were shown, and nobody was charged by them."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def free_until_now(apps, schema_editor):
    """Until the next full hour, each size that is there cost nothing; nobody need be told of it."""
    now = timezone.now()
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    former = apps.get_model("projects", "FormerPrice")
    sizes = apps.get_model("projects", "ServiceSize").objects.values_list("pk", flat=True)
    former.objects.bulk_create([former(size_id=size, price=0, until=until, told_at=now) for size in sizes])


class Migration(migrations.Migration):
    """Data of deployments that are older than billing."""

    dependencies = [("projects", "0003_prices")]

    operations = [migrations.RunPython(free_until_now, migrations.RunPython.noop)]
