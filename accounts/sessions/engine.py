"""The session engine: Django's, in the database, with rows that say whose they are and where they were last used.

What has ended stays so: a page that was loaded before saves nothing, and takes no other key (ASVS 7.4.1). A session
ends after ``SESSION_IDLE_DAYS`` without use (7.3.1) and ``SESSION_MAX_DAYS`` after the sign-in (7.3.2).

Reads allauth's records of how one has signed in, by the key under which it keeps them (docs/decisions/0011).
"""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Session
from accounts.models.session import ends_at
from console.origin import Origin

# How old the last note of activity must be before there is another: a page view need not cost a write.
NOTED_EVERY = timedelta(minutes=5)
# From another address sooner; not with each request, since a phone may change between two.
MOVES_NOTED_EVERY = timedelta(minutes=1)

SIGNED_IN_AT = "signed_in_at"
# Of allauth's records; what else they hold (addresses, ids at providers) is nobody's business here.
OF_A_METHOD = frozenset({"method", "at", "provider", "type", "reauthenticated"})


class SessionStore(DatabaseStore):
    """Keeps a session's user in a column of its own, so that all sessions of a user can be found and ended."""

    row: Session | None = None
    # Whether the cookie's key was looked for and opened nothing.
    is_missing = False
    _row_id: UUID | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        # The stubs leave it out.
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        if self.row is not None and self.row.is_over:
            self.row = None
            self._session_key = None
        self._row_id = self.row.pk if self.row else None
        self.is_missing = self.row is None
        return self.row

    def create(self) -> None:
        """Begin a session, with a row of its own."""
        self.row = self._row_id = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session as it is to be saved."""
        user_id = data.get(SESSION_KEY)
        signed_in_at = datetime.fromtimestamp(data.setdefault(SIGNED_IN_AT, _now()), UTC) if user_id else None
        row = cast("Session", super().create_model_instance(data))
        self._row_id = row.pk = self._row_id or row.pk
        row.user_id, row.signed_in_at = user_id, signed_in_at
        row.methods = _methods(data) if user_id else []
        row.expire_date = min(row.expire_date, _expiry(signed_in_at))
        return row

    def cycle_key(self) -> None:
        """Go on under another key; the former one is worth nothing any more (ASVS 7.2.4).

        The row stays the same one. Raises SessionInterrupted where it was ended meanwhile: a new one would bring it
        back.
        """
        # Loads the row, where nobody has yet.
        self.keys()
        former = self.session_key
        if former is None or self.row is None:
            super().cycle_key()
            return
        # The stubs leave it out.
        key: str = self._get_new_session_key()  # type: ignore[attr-defined]
        if not Session.objects.filter(session_key=former).update(session_key=key):
            raise SessionInterrupted("The session was ended while the request was answered.")
        self._session_key = key
        self.modified = True

    def note_sign_in(self, origin: Origin) -> None:
        """Let the session's time begin now, and write where that is."""
        self[SIGNED_IN_AT] = _now()
        self._note(origin, Session.objects.filter(session_key=self.session_key))

    def note_activity(self, origin: Origin) -> None:
        """Write when and where the session was last used, unless that was written a moment ago."""
        row, own = self.row, Session.objects.filter(session_key=self.session_key)
        if row is None or row.session_key != self.session_key:
            # It has begun, or taken another key, while this request was answered.
            return
        same_place = row.address == (origin.address or None)
        if row.last_active_at > timezone.now() - (NOTED_EVERY if same_place else MOVES_NOTED_EVERY):
            return
        # Of requests at the same time one writes.
        self._note(origin, own.filter(last_active_at=row.last_active_at))

    def _note(self, origin: Origin, own: QuerySet[Session]) -> None:
        signed_in_at = datetime.fromtimestamp(self.get(SIGNED_IN_AT) or _now(), UTC)
        own.update(
            last_active_at=timezone.now(),
            expire_date=_expiry(signed_in_at),
            address=origin.address or None,
            device=origin.device,
        )


def _expiry(signed_in_at: datetime | None) -> datetime:
    idle = timezone.now() + timedelta(days=settings.SESSION_IDLE_DAYS)
    return min(idle, ends_at(signed_in_at)) if signed_in_at else idle


def _now() -> float:
    return timezone.now().timestamp()


def _methods(data: dict[str, Any]) -> list[dict[str, Any]]:
    records = data.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return [{key: record[key] for key in OF_A_METHOD & record.keys()} for record in records]
