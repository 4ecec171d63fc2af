"""PostgreSQL and Redis for tests: found among what is installed, started on loopback, ended by who started them.

Both hold their data in a temporary directory and keep nothing. A password stands between them and other users of the
machine. As root they run as somebody else: PostgreSQL refuses root, and Redis has no need of it.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any, ClassVar, Self

import psycopg
import redis
from psycopg.sql import SQL, Identifier

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class Unavailable(Exception):
    """An engine could not be found or did not start; the message says which and why."""


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Whether ``condition`` came true within ``seconds``."""
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        sleep(pause)
    return True


def _owner() -> pwd.struct_passwd | None:
    """Whom a server runs as when we are root, else None."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable("There is neither a user postgres nor nobody to run the servers as, and we are root.")


class Server:
    """A server process in a directory of its own; ``with`` starts and stops it, tests may stop and start it again."""

    label: ClassVar[str]

    def __init__(self, binary: Path) -> None:
        self.binary = binary
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.owner = _owner()
        self.directory = Path(tempfile.mkdtemp(prefix=f"console-{self.label.lower()}-"))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address with its password, as a setting of Console."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """The program and its arguments."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Fill the directory before the first start."""

    def answers(self) -> bool:
        """Whether the server takes connections."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the process and wait until it answers.

        Raises Unavailable, with the end of its log, when it does not within 20 seconds.
        """
        log = self.directory / "log"
        with log.open("ab") as output:
            # A session of its own: Ctrl-C ends the tests first, and then we end the server.
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.run_as(),
            )
        process = self.process
        wait_until(lambda: process.poll() is not None or self.answers(), START_SECONDS)
        if not self.answers():
            self.stop()
            raise Unavailable(f"{self.label} did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the process that ``start`` started, by a signal, and by force after 10 seconds."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def run_as(self) -> dict[str, Any]:
        """Arguments of Popen that give up root."""
        if self.owner is None:
            return {"cwd": self.directory}
        return {"cwd": self.directory, "user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        if self.owner is not None:
            os.chown(self.directory, self.owner.pw_uid, self.owner.pw_gid)
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class PostgreSQL(Server):
    """A cluster that is fast because it may be lost: nothing is synced to disk."""

    label = "PostgreSQL"

    @property
    def url(self) -> str:
        return f"postgres://console:{self.password}@127.0.0.1:{self.port}/postgres"

    def create_database(self, name: str) -> str:
        """Make an empty database, and return its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return f"{self.url.removesuffix('/postgres')}/{name}"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "checkpoint_timeout": "1h",
            "max_wal_size": "4GB",
            "max_connections": "200",
            # Tests roll back what they make: cleaned up between two of them, tables look empty to the planner, which
            # then reads a thousand rows a thousand times.
            "autovacuum": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.binary / "postgres"), "-D", str(self.directory / "data"), *options]

    def prepare(self) -> None:
        secret = self.directory / "password"
        secret.write_text(self.password)
        if self.owner is not None:
            os.chown(secret, self.owner.pw_uid, self.owner.pw_gid)
        made = subprocess.run(
            [
                str(self.binary / "initdb"),
                f"--pgdata={self.directory / 'data'}",
                "--username=console",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            capture_output=True,
            text=True,
            **self.run_as(),
        )
        secret.unlink()
        if made.returncode:
            raise Unavailable(f"initdb failed:\n{made.stderr[-2000:]}")

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(Server):
    """A Redis (or Valkey) that writes nothing to disk; 64 databases, so that each test process has one."""

    label = "Redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        return [str(self.binary), str(self.directory / "redis.conf")]

    def prepare(self) -> None:
        # In a file, because the password would be seen among the arguments.
        config = self.directory / "redis.conf"
        config.touch(mode=0o600)
        config.write_text(
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ""\nappendonly no\n'
            f"databases 64\ndir {self.directory}\n"
        )
        if self.owner is not None:
            os.chown(config, self.owner.pw_uid, self.owner.pw_gid)

    def answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
