"""What must hold before a process serves: the web server, the worker and beat ask it first, commands do not."""

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from console.registry import registry


def refuse_wrong_start() -> None:
    """Raise ImproperlyConfigured with what is wrong, if one of the checks of the registry says so.

    Connections are closed again: a server that forks its processes afterwards must not share them.
    """
    try:
        wrong = [text for check in registry.starts if (text := check())]
    finally:
        for connection in connections.all(initialized_only=True):
            _let_go(connection)
    if wrong:
        raise ImproperlyConfigured(" ".join(wrong))


def _let_go(connection: BaseDatabaseWrapper) -> None:
    # In a test the connection is inside a transaction, and nothing is forked.
    if connection.in_atomic_block:
        return
    connection.close()
    # PostgreSQL's, with a thread of its own.
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()
