"""Run the tests on the real engines, then those marked ``embedded`` again on the embedded ones."""

import argparse
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.harness.binaries import find_postgresql, find_redis
from tests.harness.preparation import SHARED, TEMPLATE, Step, compile_tests, migrate
from tests.harness.runs import PROCESSES, PROCESSES_EMBEDDED, Run, run_pytest, summary
from tests.harness.servers import PostgreSQL, Redis, Unavailable


def main() -> int:
    """Run, report, and return the exit code: 0 only when something passed and nothing failed or was missing."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="Runs the tests on PostgreSQL and Redis of their own, then those marked `embedded` on SQLite and"
        " memory. Other arguments go to pytest.",
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
        file = Path(shared) / "migrated.sqlite3"
        migrated = None if options.real_only else begun.enter_context(migrate(f"sqlite:///{file}"))
        if not options.embedded_only:
            try:
                runs.append(run_on_real_engines(arguments, compiled, shared))
            except Unavailable as unavailable:
                problem = str(unavailable)
                print(problem, flush=True)
        if migrated:
            everything = options.long or options.embedded_only
            chosen, processes = ([], PROCESSES) if everything else (["--embedded"], PROCESSES_EMBEDDED)
            compiled.is_done()
            template = {TEMPLATE: str(file)} if migrated.is_done() else {}
            runs.append(run_pytest("SQLite, memory", {SHARED: shared, **template}, [*arguments, *chosen], processes))

    if problem:
        print(f"\n{problem}\nWithout these engines the tests do not count; --embedded-only leaves them out.")
    print(f"\n{summary(runs)}", flush=True)
    return 0 if not problem and all(run.ok for run in runs) and any(run.passed for run in runs) else 1


def run_on_real_engines(arguments: list[str], compiled: Step, shared: str) -> Run:
    """Bring PostgreSQL and Redis up, run pytest on them once tests are ``compiled``, take them down.

    ``shared`` is the directory of what its processes share.

    Raises Unavailable.
    """
    postgresql_binaries, redis_binary = find_postgresql(), find_redis()
    with ExitStack() as servers:
        postgresql = servers.enter_context(PostgreSQL(postgresql_binaries))
        redis = servers.enter_context(Redis(redis_binary))
        environment = {"DATABASE_URL": postgresql.url, "REDIS_URL": redis.url, SHARED: shared}
        migrated = servers.enter_context(migrate(postgresql.create_database("migrated")))
        compiled.is_done()
        template = {TEMPLATE: "migrated"} if migrated.is_done() else {}
        return run_pytest("PostgreSQL, Redis", {**environment, **template}, arguments)


if __name__ == "__main__":
    sys.exit(main())
