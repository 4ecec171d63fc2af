"""Provisioners of the tests' own: one of ours that does as it is told, one of a backend that says nothing itself."""

from collections.abc import Callable
from typing import override

from pytest_django import Settings

from projects import provisioners
from projects.models import Operation
from projects.provisioners.base import Found, Outcome, Provisioner

HOST = Found(name="host", value="db.example.com")
PASSWORD = Found(name="password", value="correct horse", is_secret=True, shown_once=True)


class Killed(BaseException):
    """The worker was killed at this moment: nothing of ours may catch it."""


class Scripted(Provisioner):
    """Does in the worker what ``script`` says of each call in turn, and succeeds once that is at its end."""

    script: list[Callable[[], object]] = []
    calls: list[Operation] = []

    @override
    def carry_out(self, operation: Operation) -> Outcome:
        type(self).calls.append(operation)
        if self.script:
            self.script.pop(0)()
        return Outcome(outputs=[HOST, PASSWORD])


class Backend(Provisioner):
    """Somebody else's: the tests report for it. ``called_off``: what it was told to leave."""

    is_ours = False
    called_off: list[Operation] = []

    @override
    def call_off(self, operation: Operation) -> None:
        type(self).called_off.append(operation)


def raising(error: BaseException) -> Callable[..., object]:
    """A line of a script: this goes wrong."""

    def fail(*_arguments: object) -> object:
        raise error

    return fail


def use_scripted(settings: Settings) -> type[Scripted]:
    """Let kinds name the provisioners ``scripted``, whose script this is, and ``backend``."""
    here = {"scripted": f"{__name__}.Scripted", "backend": f"{__name__}.Backend"}
    settings.PROVISIONERS = {**settings.PROVISIONERS, **here}
    provisioners._built.cache_clear()  # noqa: SLF001 -- built anew
    Scripted.script, Scripted.calls, Backend.called_off = [], [], []
    return Scripted
