"""Ending sessions: one's own, and by staff those of others."""

from django.utils.translation import gettext as _

from accounts.models import Session, User
from audit.actors import Actor
from audit.recording import audited, record
from console.refusal import Refused


@audited("account.session_ended")
def end_session(*, session: Session, by: Actor) -> None:
    """End a session: the next request of its browser is refused, and one that is under way saves nothing.

    Raises Refused where it has ended meanwhile (text 002, section 2.3; ASVS 7.5.2).
    """
    assert session.user_id is not None  # noqa: S101 -- nobody sees or chooses one without
    user = User.objects.select_for_update().get(pk=session.user_id)
    if not Session.objects.filter(pk=session.pk, user=user).delete()[0]:
        raise Refused(_("This session has ended already."), code="ended")
    record("account.session_ended", by=by, subject_id=user.pk, target=user)


@audited("account.sessions_ended")
def end_sessions(*, user: User, keep: str | None, by: Actor) -> int:
    """End all sessions of a user but the one with the key ``keep``; how many there were (ASVS 7.4.3, 7.5.2)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    count = Session.objects.end_all(user.pk, keep=keep)
    record("account.sessions_ended", by=by, subject_id=user.pk, target=user, after={"count": count})
    return count
