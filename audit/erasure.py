"""Taking a person out of the log: what was done stays, who it was is no longer said (GDPR, article 17)."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.admin.models import LogEntry

from audit.actors import ActorKind
from audit.models import Detail


def erase(user_id: UUID, *, about: Collection[UUID] = ()) -> None:
    """Erase what identifies a person beside all events, in the caller's transaction; the events keep their ids.

    ``about``: ids of rows that carried the person's name, or one that they gave (their memberships and keys,
    invitations to them), which are the targets of events in others' logs.

    Where the person acted, their name and where they were goes; what they wrote about something else (the new name of
    an organization) stays in the log of whose it is. Where they were the subject or the target, all that was said of
    them goes; who else acted stays named. Each statement finds its rows by an index, however long the log is.
    """
    nameless = {"actor": "", "key_name": "", "address": None, "device": "", "request_id": ""}
    details = Detail.objects.all()
    details.filter(event__actor_id=user_id).update(**nameless)
    # A wrong password, and whatever else was done to the account by who was not signed in: most likely they.
    details.filter(event__subject_id=user_id, event__actor_kind=ActorKind.VISITOR).update(**nameless)
    details.filter(event__subject_id=user_id).update(target="", texts={})
    details.filter(event__target_id__in=[user_id, *about]).update(target="", texts={})
    # The admin's own history repeats the names of rows.
    LogEntry.objects.filter(object_id__in=[str(pk) for pk in (user_id, *about)]).update(object_repr="")
