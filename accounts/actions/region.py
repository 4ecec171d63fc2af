"""The language and the time zone that somebody reads in."""

from accounts.models import User
from audit.actors import Actor
from audit.recording import audited, record


@audited("account.region_changed")
def choose_region(*, user: User, language: str, time_zone: str, by: Actor) -> User:
    """Choose both; empty is what the browser asks for."""
    user = User.objects.select_for_update().get(pk=user.pk)
    return _save(user, by, language=language, time_zone=time_zone)


@audited("account.region_changed")
def choose_language(*, user: User, language: str, by: Actor) -> User:
    """Choose the language alone, as at the foot of each page."""
    user = User.objects.select_for_update().get(pk=user.pk)
    return _save(user, by, language=language, time_zone=user.time_zone)


def note_time_zone(*, user: User, time_zone: str) -> None:
    """Take the time zone that the browser tells, unless there is one: what was chosen is never overwritten.

    Nobody did anything, so there is no event.
    """
    User.objects.filter(pk=user.pk, time_zone="").update(time_zone=time_zone)


def _save(user: User, by: Actor, *, language: str, time_zone: str) -> User:
    if (user.language, user.time_zone) != (language, time_zone):
        user.language, user.time_zone = language, time_zone
        user.save(update_fields=["language", "time_zone"])
        record("account.region_changed", by=by, subject_id=user.pk, target=user)
    return user
