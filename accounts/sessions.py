"""The session engine: Django's, in the database, with rows that say whose they are and where they were last used."""

from datetime import timedelta
from typing import Any, cast

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Session
from console.origin import Origin

# How old the last note of activity must be before there is another: a page view need not cost a write.
NOTED_EVERY = timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """Keeps a session's user in a column of its own, so that all sessions of a user can be found and ended."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Our table."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        # The stubs leave it out.
        self.row = super()._get_session_from_db()  # type: ignore[misc]
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session as it is to be saved."""
        row = cast("Session", super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        row.methods = data.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        return row

    def note_activity(self, origin: Origin) -> None:
        """Write when and where the session was last used, unless that was written a moment ago."""
        now, row = timezone.now(), self.row
        if row is not None and row.session_key == self.session_key:
            same_place = row.address == (origin.address or None)
            if same_place and row.last_active_at > now - NOTED_EVERY:
                return
        Session.objects.filter(session_key=self.session_key).update(
            last_active_at=now, address=origin.address or None, device=origin.device
        )
