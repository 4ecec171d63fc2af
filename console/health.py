"""Whether this process is alive, and whether it can do its work: for load balancers and orchestrators."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from http import HTTPStatus
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from console.registry import registry

log = logging.getLogger(__name__)

# Seconds that all checks together may take.
PATIENCE = 1.0
# Seconds for which one round of checks answers everybody.
FRESH = 1.0
# Without these no page can be served; without the others pages go on (docs/decisions/0008-readiness.md).
ESSENTIAL = frozenset({"database"})
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
    """Whether this process can serve pages, and how each part is: 503 when it cannot, 200 else.

    The status is ``ready``, ``degraded`` (pages go on, somebody should look) or ``not ready``; a part is ``ok``,
    ``failing``, or ``embedded`` where this process does its work itself. Why one fails is in the log.
    """
    parts = latest.parts()
    failing = {name for name, state in parts.items() if state == "failing"}
    if failing & ESSENTIAL:
        return JsonResponse({"status": "not ready", "parts": parts}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"status": "degraded" if failing else "ready", "parts": parts})


class Latest:
    """What the last round of checks found. One round at a time, however many ask: pages need the threads."""

    def __init__(self) -> None:
        self._checking = Lock()
        self._at = float("-inf")
        self._parts: dict[str, str] = {}

    def parts(self) -> dict[str, str]:
        """The state of each part, at most about a second old; while somebody checks, what was found before."""
        if self._checking.acquire(blocking=not self._parts):
            try:
                if monotonic() - self._at >= FRESH:
                    self._parts, self._at = _check_all(), monotonic()
            finally:
                self._checking.release()
        return self._parts

    def forget(self) -> None:
        """Check anew the next time."""
        self._at, self._parts = float("-inf"), {}


latest = Latest()


def _check_all() -> dict[str, str]:
    running = {name: _threads.submit(_run, check) for name, check in _checks().items()}
    wait(running.values(), timeout=PATIENCE)
    parts = {name: _result(name, check) for name, check in running.items()}
    return parts if settings.REDIS_URL else parts | {"broker": "embedded", "cache": "embedded"}


PROBES = {"/healthz": healthz, "/readyz": readyz}


class Probes:
    """Middleware that answers the probes whatever host they name: a load balancer asks each process by its address.

    It stands before what reads the host; everything else goes on to there and is refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a probe, or pass the request on."""
        return PROBES.get(request.path_info, self._get_response)(request)


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
        log.warning("%s does not answer.", name.capitalize())
        return "failing"
    if error := check.exception():
        log.warning("%s fails (%s).", name.capitalize(), type(error).__name__)
        return "failing"
    if trouble := check.result():
        log.warning("%s: %s.", name.capitalize(), trouble)
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
