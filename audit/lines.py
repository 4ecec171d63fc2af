"""Events in words: each app adds what its events are called, and pages and the admin tell any event here.

Whoever records an event adds its line (`add_lines` in ``ready()``); a test says which are missing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Event
from console.text import one_line

type Text = Any  # a str, or a lazy translation of one
# An event as values: at least `TOLD`.
type Told = Mapping[str, Any]
# What the keys and ids that stand in events mean, by key: "tech" is Tech.
type Names = Mapping[str, str]

# What a sentence is made of.
TOLD = ("action", "outcome", "before", "after", "target_type", "detail__target")
NO_NAMES: Names = {}

SOMEBODY_GONE = gettext_lazy("somebody whose account was deleted")
SOMETHING_GONE = gettext_lazy("something that has no name any more")


def _no_words(event: Told, names: Names) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Line:
    """What is said of an event: ``done``, and ``denied`` where it was refused.

    ``named``: the same as ``done`` with the name of the target as ``%(target)s``, or ``nameless`` where that was
    erased, and with what ``words(event, names)`` adds; ``denied`` may have those, too. ``topic``: a key of the filter
    of the page that the app itself shows.
    """

    topic: str
    icon: str
    done: Text
    denied: Text = ""
    named: Text = ""
    words: Callable[[Told, Names], Mapping[str, str]] = _no_words
    nameless: Text = SOMETHING_GONE

    def sentence(self, event: Told, names: Names = NO_NAMES) -> str:
        """What happened, in the reader's language; without names where the event has not what they are made of."""
        is_denied = event["outcome"] == Event.Outcome.DENIED
        template, plain = (self.denied, self._refused) if is_denied else (self.named, str(self.done))
        if not template:
            return plain
        target = one_line(event["detail__target"]) or str(self.nameless)
        try:
            return one_line(str(template) % {"target": target, **self.words(event, names)}, LONGEST)
        except (KeyError, ValueError, TypeError):
            # Of a former version, which wrote other values.
            return plain

    @property
    def _refused(self) -> str:
        return _("Refused: %s") % str(self.done)


LONGEST = 600

# What all apps have added, by the names of events.
LINES: dict[str, Line] = {}


@dataclass(frozen=True, kw_only=True)
class Group:
    """Events that people look for together: a choice of the log's filter."""

    key: str
    label: Text
    actions: tuple[str, ...]


GROUPS: dict[str, Group] = {}


def add_lines(lines: Mapping[str, Line], groups: Iterable[tuple[str, Text, Iterable[str]]]) -> None:
    """Add an app's lines, and how the filter of a log groups them: key, label, names of events.

    A group of another app's key grows: billing details are an organization's, and stand beside what is billed.
    """
    LINES.update(lines)
    for key, label, actions in groups:
        there = GROUPS[key].actions if key in GROUPS else ()
        GROUPS[key] = Group(key=key, label=label, actions=(*there, *actions))


def line_of(action: str) -> Line:
    """The line of an event; of one that no app knows any more, a plain one with its name."""
    return LINES.get(action) or Line("", "circle-dot", action)


def sentence_of(event: Event, names: Names = NO_NAMES) -> str:
    """What happened, of an event with its detail."""
    told = {name: getattr(event, name) for name in TOLD if name != "detail__target"}
    return line_of(event.action).sentence({**told, "detail__target": event.detail.target}, names)
