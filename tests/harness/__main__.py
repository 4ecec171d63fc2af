"""Run the tests on the real engines, and beside them those marked ``embedded`` again on the embedded ones."""

import argparse
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.binaries import find_postgresql, find_redis
from tests.harness.preparation import SHARED, TEMPLATE, compile_tests, migrate
from tests.harness.runs import PROCESSES_BESIDE, Pytest, PytestBeside, Run, summary
from tests.harness.servers import PostgreSQL, Redis, Unavailable

# Waits for engines, and says where they are.
type Engines = Callable[[], dict[str, str]]

REAL, EMBEDDED = "PostgreSQL, Redis", "SQLite, memory"
MARKED = ["--embedded"]
# What failed the last time, which pytest keeps, is kept for each of two runs at once.
CACHE_BESIDE = ".pytest_cache/embedded"


def main() -> int:
    """Run, report, and return the exit code: 0 only when something passed and nothing failed or was missing."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="Runs the tests on PostgreSQL and Redis of their own, and beside them those marked `embedded` on"
        " SQLite and memory. Other arguments go to pytest.",
    )
    parser.add_argument("--embedded-only", action="store_true", help="leave the real engines out; runs all tests")
    parser.add_argument("--real-only", action="store_true", help="leave the embedded engines out")
    parser.add_argument("--long", action="store_true", help="also tests marked `long`, and all on both engines")
    options, arguments = parser.parse_known_args()
    if options.long:
        arguments.append("--long")

    # Ended from outside, we still end what we started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))

    runs: list[Run] = []
    problem = ""
    with ExitStack() as begun:
        compiled = begun.enter_context(compile_tests(arguments))
        shared = begun.enter_context(TemporaryDirectory(prefix="console-tests-"))
        embedded = None if options.real_only else embedded_engines(begun, shared)
        real = None
        if not options.embedded_only:
            try:
                real = real_engines(begun, shared)
            except Unavailable as unavailable:
                problem = str(unavailable)
                print(problem, flush=True)
        compiled.is_done()
        everything = options.long or options.embedded_only
        if real and embedded and not everything:
            runs = run_beside(real, embedded, arguments)
        else:
            runs = run_in_turn({REAL: (real, []), EMBEDDED: (embedded, [] if everything else MARKED)}, arguments)

    if problem:
        print(f"\n{problem}\nWithout these engines the tests do not count; --embedded-only leaves them out.")
    print(f"\n{summary(runs)}", flush=True)
    return 0 if not problem and all(run.ok for run in runs) and any(run.passed for run in runs) else 1


def embedded_engines(begun: ExitStack, shared: str) -> Engines:
    """Begin to migrate a file of SQLite; what is returned waits for it, and tells tests where it is.

    ``shared`` is the directory of what processes share; ``begun`` ends what is begun here, and removes it.
    """
    file = Path(shared) / "migrated.sqlite3"
    migrated = begun.enter_context(migrate(f"sqlite:///{file}"))
    return lambda: {SHARED: shared, **({TEMPLATE: str(file)} if migrated.is_done() else {})}


def real_engines(begun: ExitStack, shared: str) -> Engines:
    """Bring PostgreSQL and Redis up and begin to migrate; otherwise like ``embedded_engines``.

    Raises Unavailable.
    """
    postgresql_binaries, redis_binary = find_postgresql(), find_redis()
    postgresql = begun.enter_context(PostgreSQL(postgresql_binaries))
    redis = begun.enter_context(Redis(redis_binary))
    environment = {"DATABASE_URL": postgresql.url, "REDIS_URL": redis.url, SHARED: shared}
    migrated = begun.enter_context(migrate(postgresql.create_database("migrated")))
    return lambda: {**environment, **({TEMPLATE: "migrated"} if migrated.is_done() else {})}


def run_beside(real: Engines, embedded: Engines, arguments: list[str]) -> list[Run]:
    """All tests on the real engines; those marked ``embedded`` take what these leave of the processor."""
    kept = [] if "no:cacheprovider" in " ".join(arguments) else [f"-ocache_dir={CACHE_BESIDE}"]
    with (
        Pytest(REAL, real(), arguments) as first,
        PytestBeside(EMBEDDED, embedded(), [*arguments, *MARKED, *kept], PROCESSES_BESIDE) as second,
    ):
        return [first.finish(), second.finish()]


def run_in_turn(chosen: dict[str, tuple[Engines | None, list[str]]], arguments: list[str]) -> list[Run]:
    """The tests on the engines of each name, where there are any, with what pytest is told for them."""
    runs = []
    for name, (engines, told) in chosen.items():
        if engines:
            with Pytest(name, engines(), [*arguments, *told]) as run:
                runs.append(run.finish())
    return runs


if __name__ == "__main__":
    sys.exit(main())
