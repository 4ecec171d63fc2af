"""The getting-started check list of somebody: which lines are ticked, and whether any is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from console.registry import Step, registry

# The session's key for having seen the whole list ticked: it saves each page from asking again.
ALL_DONE = "getting_started_done"


@dataclass(frozen=True)
class Line:
    """A step, for the person of this request."""

    step: Step
    done: bool
    request: HttpRequest

    @property
    def href(self) -> str:
        """The page that does it."""
        return self.step.address(self.request)


@dataclass(frozen=True)
class Checklist:
    """All lines, in their order."""

    lines: Sequence[Line]

    @property
    def total(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    @property
    def done(self) -> int:
        """How many of them are ticked."""
        return sum(line.done for line in self.lines)

    @property
    def upcoming(self) -> Line | None:
        """The first line that is not ticked."""
        return next((line for line in self.lines if not line.done), None)


def read(request: HttpRequest) -> Checklist:
    """Ask each step that concerns somebody whether it is done, and remember in the session whether all are."""
    steps = [step for step in registry.steps if step.concerns(request)]
    checklist = Checklist([Line(step, step.done(request), request) for step in steps])
    all_done = checklist.upcoming is None
    if request.session.get(ALL_DONE) != all_done:
        request.session[ALL_DONE] = all_done
    return checklist


def read_open(request: HttpRequest) -> Checklist | None:
    """The check list while a line is open; without a question where the session knows that none is."""
    if request.session.get(ALL_DONE):
        return None
    checklist = read(request)
    return checklist if checklist.upcoming else None
