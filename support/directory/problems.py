"""Why somebody whom the directory knows did not get what it says."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from support.models.customer import Problem

__all__ = ["KNOWN", "Problem", "said_to_person"]

# What `Refused` calls it, by its codes.
KNOWN: Final = {
    "no-room": Problem.NO_ROOM,
    "removed": Problem.REMOVED,
    "role": Problem.ROLE,
    "second-factor": Problem.SECOND_FACTOR,
    "not-open": Problem.NOT_OPEN,
    "closed": Problem.NOT_OPEN,
    "ended": Problem.ENDED,
    "allowance": Problem.PACE,
}

# What the person reads who is concerned, and can do about it.
_SAID: Final = {
    Problem.NO_ROOM: _("You are in another organization. Leave it, then sign in again."),
    Problem.REMOVED: _("You were removed from it. Ask somebody there to invite you."),
    Problem.SECOND_FACTOR: _("It asks for a second factor. Set one up, then sign in again."),
    Problem.NOT_OPEN: _("It takes no new members at the moment. Ask us why."),
    Problem.ENDED: _("It was closed. Ask us if you need it again."),
    Problem.PACE: _("You have made many organizations today. Sign in again tomorrow."),
}


def said_to_person(problem: str) -> object:
    """The problem as the person reads it whom it keeps out; empty where they can do nothing but ask."""
    otherwise = _("Something kept us from it. Ask us, and we set it right.")
    return _SAID.get(Problem(problem), otherwise) if problem else ""
