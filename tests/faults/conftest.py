"""Bad days: the engines of this process can be pointed elsewhere."""

from collections.abc import Callable, Iterator

import pytest
from kombu import pools
from pytest_django import Settings

from console import cache
from console.breaker import redis_breaker
from console.celery import app


@pytest.fixture(autouse=True)
def closed_breaker(patience_with_redis: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test finds what another one broke, and each waits for Redis no longer than in production."""
    monkeypatch.setattr(cache, "CONNECT_TIMEOUT", 0.5)
    monkeypatch.setattr(cache, "ANSWER_TIMEOUT", 0.6)
    monkeypatch.setattr(redis_breaker, "slow", 0.6)
    redis_breaker.close()
    yield
    redis_breaker.close()


def forget_connections() -> None:
    # Celery keeps its pools for good; there is no public way to let them go.
    pools.reset()  # type: ignore[no-untyped-call]  # kombu has no types
    app._pool = None  # noqa: SLF001
    app.amqp._producer_pool = None  # noqa: SLF001


@pytest.fixture
def use_redis(settings: Settings) -> Iterator[Callable[[str], None]]:
    """Points the broker and the cache of this process at an address: ``use_redis("redis://…")``."""
    before = {name: app.conf[name] for name in ("broker_url", "task_always_eager")}

    def use(url: str) -> None:
        settings.REDIS_URL = url
        settings.CACHES = {"default": {"BACKEND": "console.cache.ResilientRedisCache", "LOCATION": url}}
        app.conf.update(broker_url=url, task_always_eager=False)
        forget_connections()

    yield use
    app.conf.update(before)
    forget_connections()
