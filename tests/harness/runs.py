"""One run of pytest on one set of engines, and what came of it."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.binaries import ROOT
from tests.harness.preparation import environment_with

NOTHING_COLLECTED = 5
# One more than there are processors: one has all that waits for other processes, another what waits in a browser. Each
# costs a collection, a database and a browser, which is more than what it finds idle; beside them few wait at all.
PROCESSES = (os.cpu_count() or 1) + 1
PROCESSES_BESIDE = max(1, (os.cpu_count() or 1) // 2)
# Its processes give way to the others, and not so far that what they wait for seems dead.
NICENESS = 3
# How many of the slowest tests a run names, and the seconds that none should take where nothing else runs: stories in
# browsers and over processes wait for what others do.
SLOWEST = 15
LIMIT, LIMIT_OF_STORIES = 20, 40
STORIES = ("tests.e2e.", "tests.faults.")
OVER = "  ← over the limit"


@dataclass
class Run:
    """How many tests passed, failed and were skipped on ``engines``, and ``seconds``, by test.

    ``code`` is pytest's own verdict.
    """

    engines: str
    code: int
    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing failed; a selection that leaves nothing for these engines is fine."""
        return self.failed == 0 and self.code in (0, NOTHING_COLLECTED)


class Pytest(AbstractContextManager["Pytest"]):
    """pytest on one set of engines, begun at once; ``finish`` waits for what comes of it. ``with`` it, it is ended."""

    def __init__(
        self, engines: str, environment: dict[str, str], arguments: list[str], processes: int = PROCESSES
    ) -> None:
        """Begin, with ``environment`` in place of the engines' variables."""
        self.engines = engines
        kept = ROOT / "var" / "test"
        kept.mkdir(parents=True, exist_ok=True)
        self._report = kept / f"{os.getpid()}-{engines.partition(',')[0]}.xml"
        self.log = self._report.with_suffix(".log")
        command = ["-m", "pytest", f"--junitxml={self._report}", f"-n{processes}", "--dist=worksteal", *arguments]
        self._process = self.begin([sys.executable, *command], environment_with(environment))

    def begin(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start ``command``, whose words are seen as they come."""
        print(self.title, flush=True)
        return subprocess.Popen(command, cwd=ROOT, env=environment)

    @property
    def title(self) -> str:
        return f"\n── {self.engines} ──"

    def finish(self) -> Run:
        """Wait for the end, and count what it reports."""
        code = self._process.wait()
        run = _count(Run(self.engines, code), self._report)
        print(f"\n{slowest(run)}", flush=True)
        return run

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()
        self._report.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)


class PytestBeside(Pytest):
    """pytest beside another, with what that one leaves of the processor; its words are kept until it is finished."""

    def begin(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start ``command`` so that it gives way."""
        with self.log.open("wb") as log:
            return subprocess.Popen(
                ["nice", f"-n{NICENESS}", *command], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def finish(self) -> Run:
        """Wait for the end, say what it said, and count what it reports."""
        self._process.wait()
        print(self.title, self.log.read_text(errors="replace"), sep="\n", flush=True)
        return super().finish()


def _count(run: Run, report: Path) -> Run:
    if not report.exists():
        run.failed += 1
        return run
    # A test whose call passed and whose teardown failed is reported twice; the worse counts.
    failed: set[str] = set()
    skipped: dict[str, str] = {}
    seen: set[str] = set()
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        seen.add(name)
        run.seconds[name] = run.seconds.get(name, 0) + float(case.get("time") or 0)
        if case.find("failure") is not None or case.find("error") is not None:
            failed.add(name)
        elif (reason := case.find("skipped")) is not None:
            skipped[name] = reason.get("message") or "no reason given"
    run.failed = len(failed)
    run.skipped = Counter(reason for name, reason in skipped.items() if name not in failed)
    run.passed = len(seen) - run.failed - run.skipped.total()
    return run


def slowest(run: Run) -> str:
    """The slowest tests with their seconds; those over the limit are marked, to be made faster or ``long``."""
    named = sorted(run.seconds.items(), key=lambda one: one[1], reverse=True)[:SLOWEST]
    lines = [f"{seconds:6.1f} s  {name}{OVER if is_over(name, seconds) else ''}" for name, seconds in named]
    return "\n".join([f"The slowest on {run.engines}:", *lines])


def is_over(name: str, seconds: float) -> bool:
    """Whether a test took longer than it should."""
    return seconds > (LIMIT_OF_STORIES if name.startswith(STORIES) else LIMIT)


def summary(runs: list[Run]) -> str:
    """The table of runs, the reasons of what was skipped, and the sum alone on the last line."""
    width = max([len(run.engines) for run in runs], default=0)
    lines = [f"{'engines':{width}}  passed  failed  skipped"]
    lines += [f"{run.engines:{width}}  {run.passed:6}  {run.failed:6}  {run.skipped.total():7}" for run in runs]
    reasons = Counter[str]()
    for run in runs:
        reasons.update(run.skipped)
    lines += [f"Skipped {count}: {reason}" for reason, count in reasons.most_common()]
    passed, failed = sum(run.passed for run in runs), sum(run.failed for run in runs)
    lines += ["", f"{passed} passed, {failed} failed, {reasons.total()} skipped"]
    return "\n".join(lines)
