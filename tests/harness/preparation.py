"""What every process of a parallel run would do again for itself, done once: tests compiled, databases migrated."""

import os
import subprocess
import sys
from contextlib import AbstractContextManager

from tests.harness.binaries import ROOT

# Tells tests which database is migrated already: its name on their PostgreSQL, or its file.
TEMPLATE = "CONSOLE_TEST_TEMPLATE"
# Where processes of a run keep what one of them made for all: collected files, compiled pages.
SHARED = "CONSOLE_TEST_SHARED"
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", TEMPLATE, SHARED, "PYTHONDONTWRITEBYTECODE"}


def environment_with(engines: dict[str, str]) -> dict[str, str]:
    """The environment of a process of tests: this one's, with ``engines`` in place of the engines' variables.

    What Python compiles is kept, whatever this machine's habit is: processes would compile each test again and again.
    """
    return {**{name: value for name, value in os.environ.items() if name not in NOT_INHERITED}, **engines}


class Step(AbstractContextManager["Step"]):
    """A command beside others, begun at once; whoever needs what it does waits for it. ``with`` it, it is ended."""

    def __init__(self, module: str, *arguments: str, engines: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**environment_with(engines or {}), "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def is_done(self) -> bool:
        """Wait for its end; whether it went well. Where it did not, tests do it themselves, and say what is wrong."""
        return self._process.wait() == 0

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def compile_tests(arguments: list[str]) -> Step:
    """Compile the tests that pytest collects with ``arguments``."""
    return Step("pytest", "--collect-only", "-qq", *arguments)


def migrate(url: str) -> Step:
    """Migrate the empty database at ``url``."""
    return Step("django", "migrate", "--verbosity=0", engines={"DATABASE_URL": url})
