"""What holds for every test: closed sockets, no sleeping, an empty cache, and markers that say where a test runs."""

import gc
import inspect
import os
import time
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from accounts import terms
from console import cache as cache_module
from console import health, ids
from console.breaker import redis_breaker
from tests.harness.binaries import find_chromium

# Thousands of tests are read, and nothing of it is thrown away: to look for garbage meanwhile takes seconds.
gc.disable()

ROOT = Path(__file__).resolve().parent.parent
# Seconds.
PATIENCE = 10.0

# Each after those that it imports.
pytest_plugins = [
    "tests.fixtures.engines",
    "tests.fixtures.network",
    "tests.fixtures.receiver",
    "tests.fixtures.nameserver",
    "tests.fixtures.mail",
    "tests.fixtures.policies",
    "tests.fixtures.processes",
    "tests.fixtures.backend",
    "tests.fixtures.browser",
    "tests.fixtures.providers",
    "tests.fixtures.storage",
    "tests.cast",
    "tests.fixtures.signed_in",
    "tests.infrastructure.authorities",
]

MARKERS = {
    "embedded": "runs on the embedded engines too",
    "postgresql": "needs what only PostgreSQL does; skipped on SQLite",
    "long": "takes more than a few seconds; runs with --long",
    "browser": "drives Chromium; skipped where there is none",
    "e2e": "a whole story over real processes; may wait",
    "waits": "waits for another process or thread; may sleep",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--embedded", action="store_true", help="only the tests marked `embedded`")
    parser.addoption("--long", action="store_true", help="also the tests marked `long`")


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    # Once, before the processes of a parallel run begin.
    if not hasattr(config, "workerinput"):
        call_command("compilemessages", verbosity=0)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Of the run of `embedded` tests, files that mark none: each process would read all of them for nothing."""
    if not config.getoption("--embedded") or not collection_path.match("test_*.py"):
        return None
    return True if "mark.embedded" not in collection_path.read_text() else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--embedded"):
        left_out = [item for item in items if not item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item.get_closest_marker("embedded")]
    for item in items:
        if item.get_closest_marker("long") and not config.getoption("--long"):
            item.add_marker(pytest.mark.skip(reason="long; --long runs it"))
        if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
        # Here, before servers are started for a browser that is not there.
        if "browser" in getattr(item, "fixturenames", ()) and not find_chromium():
            item.add_marker(pytest.mark.skip(reason="browser: Chromium is not installed"))
    items[:] = in_shares(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on there may be garbage, in the process that shares the tests out too."""
    gc.enable()


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: to look through it for garbage takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def in_shares(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """The tests as a parallel run shares them out: each process begins with one piece of the list, all as long.

    What waits for other processes leaves the processor to others: one piece begins with all of that, the next one with
    what waits in a browser. Each ends with some that drive a browser, which takes long to start and stays.
    """
    kinds: dict[tuple[bool, bool], list[pytest.Item]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for item in items:
        kinds["browser" in getattr(item, "fixturenames", ()), item.get_closest_marker("waits") is not None].append(item)
    stories, others = kinds[True, False], kinds[False, False]
    heads: list[list[pytest.Item]] = [[] for _one in range(processes)]
    heads[0] += kinds[False, True]
    heads[1 % processes] += kinds[True, True]
    shared: list[pytest.Item] = []
    for one, head in enumerate(heads):
        tail = stories[one::processes]
        size = (len(items) - len(shared)) // (processes - one)
        room = max(0, size - len(head) - len(tail))
        shared += [*head, *others[:room], *tail]
        others = others[room:]
    return shared


@pytest.fixture(autouse=True, scope="session")
def patience_with_redis() -> None:
    """Several processes share a core: Redis may take its time without being ill. Bad days have no such patience."""
    cache_module.CONNECT_TIMEOUT = cache_module.ANSWER_TIMEOUT = redis_breaker.slow = PATIENCE


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Rate limits and what else is cached begin anew with each test; so does the trust in Redis."""
    redis_breaker.close()
    health.latest.forget()
    terms.latest.note(None)
    cache.clear()


@pytest.fixture(autouse=True)
def ids_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids only grow, and so run ahead of the clock once a test has set it forward: each test begins with its own."""
    monkeypatch.setattr(ids, "_generate", ids._Generator())  # noqa: SLF001 -- nothing else may set them back


@pytest.fixture(autouse=True)
def english() -> None:
    """A page in another language leaves that language behind in its thread: each test begins in English."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_sleeping(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test or view that sleeps fails: move the clock (time-machine) instead; libraries may, for they wait for others.

    Tests that are marked ``waits`` or ``e2e`` may too.
    """
    if request.node.get_closest_marker("waits") or request.node.get_closest_marker("e2e"):
        return
    real_sleep = time.sleep

    def sleep(seconds: float) -> None:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        caller = Path(frame.f_back.f_code.co_filename)
        if caller.is_relative_to(ROOT) and ".venv" not in caller.parts:
            pytest.fail(f"{caller.relative_to(ROOT)} sleeps for {seconds} s; mark the test `waits` if it must.")
        real_sleep(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
