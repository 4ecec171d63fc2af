"""Whether this process is alive, and whether it can do its work: for load balancers and orchestrators."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from console.registry import registry

log = logging.getLogger(__name__)

# Seconds that all checks together may take.
PATIENCE = 1.0
# A check that hangs keeps its thread; when all of them hang, the next checks fail without one.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """This process answers; it asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether every part that this console needs answers; 503 and which does not.

    A part is ``ok``, ``failing``, or ``embedded`` where this process does its work itself. Why one fails is in the log.
    """
    running = {name: _threads.submit(_run, check) for name, check in _checks().items()}
    wait(running.values(), timeout=PATIENCE)
    parts = {name: _result(name, check) for name, check in running.items()}
    if not settings.REDIS_URL:
        parts |= {"broker": "embedded", "cache": "embedded"}
    ready = "failing" not in parts.values()
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "parts": parts},
        status=200 if ready else 503,
    )


def _checks() -> dict[str, Callable[[], str]]:
    redis = {"broker": _ask_redis, "cache": _ask_redis} if settings.REDIS_URL else {}
    return {"database": _ask_database, **redis, **registry.health}


def _run(check: Callable[[], str]) -> str:
    try:
        return check()
    finally:
        # Each thread has a database connection of its own.
        connection.close()


def _result(name: str, check: Future[str]) -> str:
    if not check.done():
        check.cancel()
        log.warning("Not ready: %s does not answer.", name)
        return "failing"
    if error := check.exception():
        log.warning("Not ready: %s (%s).", name, type(error).__name__)
        return "failing"
    if trouble := check.result():
        log.warning("Not ready: %s: %s.", name, trouble)
        return "failing"
    return "ok"


def _ask_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _ask_redis() -> str:
    redis = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )
    with closing(redis):
        redis.ping()
    return ""
