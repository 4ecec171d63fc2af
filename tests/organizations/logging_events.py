"""Events for tests of an organization's log."""

import datetime as dt
from typing import Any

from audit.models import Detail, Event
from organizations.models import Organization
from tests.cast import Person

LOG = "/o/acme/settings/audit-log/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def write(organization: Organization, by: Person, number: int = 1, **fields: Any) -> Event:
    """So many events in a log, the last of them; ``fields`` of the event, and of its detail by their names."""
    names = {field.name for field in Detail._meta.get_fields()}
    detail = {name: value for name, value in fields.items() if name in names and name != "organization_id"}
    values = {
        "action": "role.created",
        "organization_id": organization.pk,
        "actor_kind": "user",
        "actor_id": by.user.pk,
        **{name: value for name, value in fields.items() if name not in detail},
    }
    events = Event.objects.bulk_create(Event(**values) for _ in range(number))
    about = {"actor": by.user.name, "target": "Guest", "address": "203.0.113.9", "device": LINUX, **detail}
    Detail.objects.bulk_create(Detail(event=event, organization_id=organization.pk, **about) for event in events)
    return events[-1]


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
