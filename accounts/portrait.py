"""What accounts keep about a person: what an export holds, subject by subject, field by field.

The fields are named one by one, so that a new column is left out until somebody has looked at it; nothing that opens
anything (hashes, keys, secrets, tokens, digests) is among them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import ForeignObjectRel, Q, QuerySet

from accounts import signals
from accounts.models import User
from audit.models import Event
from outbox.models import Mail, TextMessage

type Rows = Iterable[Mapping[str, Any]]

PROFILE = (
    "id", "email", "first_name", "last_name", "phone", "salutation", "job_role", "language", "time_zone",
    "is_active", "is_staff", "date_joined", "last_login",
)  # fmt: skip
# What hangs on a user, by subject: the name of the relation, and the fields of it that are exported.
RELATED: dict[str, tuple[str, tuple[str, ...]]] = {
    "addresses": ("emailaddress", ("email", "verified", "primary")),
    "address_changes": ("address_changes", ("before", "after", "made_at", "undone_at", "lost")),
    "linked_accounts": ("socialaccount", ("provider", "uid", "date_joined", "last_login")),
    "sessions": ("sessions", ("signed_in_at", "last_active_at", "address", "device")),
    "browsers": ("browsers", ("device", "address", "first_seen_at", "last_seen_at", "trusted_until")),
    "authenticators": ("authenticators", ("name", "created_at", "last_used_at")),
    "passkeys": ("passkeys", ("name", "created_at", "last_used_at")),
    "phones": ("phones", ("name", "number", "created_at", "last_used_at")),
    "backup_codes": ("backup_codes", ("created_at", "last_used_at")),
    "recoveries": ("recoveries", ("state", "asked_at", "due_at", "decided_at")),
    "consents": ("consents", ("purpose", "given", "source", "at")),
    "terms": ("terms_acceptances", ("terms__version", "accepted_at", "address")),
    "notifications": ("notifications", ("kind", "organization_id", "names", "created_at", "expires_at", "settled_at")),
    "mail_choices": ("mail_choices", ("kind", "made_at")),
    "exports": ("exports", ("created_at", "state", "sent_at", "size")),
}
MAILS = ("created_at", "sent_at", "state", "kind", "to", "subject")
TEXTS = ("created_at", "sent_at", "state", "kind", "number")
EVENT = ("at", "action", "outcome", "organization_id", "before", "after")
WHERE = ("detail__address", "detail__device")
# Rows that are read from the database at a time.
CHUNK = 500


def parts_of(user: User) -> list[tuple[str, Rows]]:
    """All subjects of an export and their rows, of accounts and of the apps above; the rows are read when asked for."""
    mails = Mail.objects.filter(to__in=list(user.verified_addresses())).order_by("pk")
    parts: list[tuple[str, Rows]] = [
        ("profile", _values(User.objects.filter(pk=user.pk), PROFILE)),
        *((subject, _values(_related(user, name), fields)) for subject, (name, fields) in RELATED.items()),
        ("activity", _activity(user)),
        ("mails", _values(mails, MAILS)),
        ("text_messages", _values(TextMessage.objects.filter(account_id=user.pk).order_by("pk"), TEXTS)),
    ]
    signals.exporting.send(sender=User, user=user, add=lambda subject, rows: parts.append((subject, rows)))
    return parts


def _related(user: User, name: str) -> QuerySet[Any]:
    relation = User._meta.get_field(name)
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101 -- for the type checker
    return relation.related_model._default_manager.filter(**{relation.field.name: user}).order_by("pk")


def _values(rows: QuerySet[Any], fields: Iterable[str]) -> Iterator[dict[str, Any]]:
    yield from rows.values(*fields).iterator(chunk_size=CHUNK)


def _activity(user: User) -> Iterator[dict[str, Any]]:
    """What the person did, and what was done to the account; where others acted from is theirs."""
    events = Event.objects.filter(Q(actor_id=user.pk) | Q(subject_id=user.pk)).order_by("id")
    for event in events.values("actor_id", "actor_kind", *EVENT, *WHERE).iterator(chunk_size=CHUNK):
        mine = event.pop("actor_id") in {user.pk, None}
        address, device = (event.pop(name) for name in WHERE)
        yield {**event, "address": address if mine else None, "device": device if mine else ""}
