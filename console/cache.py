"""A cache that is Redis while Redis answers, and this process's memory while it does not."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django_redis.cache import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from console.breaker import Resting, redis_breaker

log = logging.getLogger(__name__)

type Timeout = float | object | None

# Seconds. One wait of this length is all that a stalled Redis costs a request; see console.breaker.
CONNECT_TIMEOUT = 0.5
ANSWER_TIMEOUT = 0.6


class ResilientRedisCache(BaseCache):
    """Django's cache API; Redis down or stalled is never an error.

    Rate limits then count in each process by itself, and so does the lock around them, which only needs that ``add``
    answers truthfully. What was cached in the meantime is forgotten when Redis is back.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        options = {
            **params.get("OPTIONS", {}),
            "SOCKET_CONNECT_TIMEOUT": CONNECT_TIMEOUT,
            "SOCKET_TIMEOUT": ANSWER_TIMEOUT,
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
        }
        self._redis: RedisCache = RedisCache(server, {**params, "OPTIONS": options})
        self._memory = LocMemCache("resilient", params)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Django's ``method``, by Redis or else in memory."""
        try:
            with redis_breaker.guard(RedisError, OSError):
                return getattr(self._redis, method)(*args, **kwargs)
        except Resting:
            pass
        except (RedisError, OSError) as error:
            log.warning("Redis does not answer the cache (%s): going on in memory.", type(error).__name__)
        return getattr(self._memory, method)(*args, **kwargs)

    def add(self, key: str, value: Any, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Set it unless it is there; whether it was set."""
        return bool(self._call("add", key, value, timeout=timeout, version=version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default``."""
        return self._call("get", key, default=default, version=version)

    def set(self, key: str, value: Any, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Set the value."""
        self._call("set", key, value, timeout=timeout, version=version)

    def touch(self, key: str, timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give it a new time to live; whether it was there."""
        return bool(self._call("touch", key, timeout=timeout, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget it; whether it was there."""
        return bool(self._call("delete", key, version=version))

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether it is there."""
        return bool(self._call("has_key", key, version=version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count up in one step; raises ``ValueError`` when it is not there."""
        return int(self._call("incr", key, delta=delta, version=version))

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """The values that are there, by key."""
        return dict(self._call("get_many", list(keys), version=version))

    def set_many(
        self, data: dict[str, Any], timeout: Timeout = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[str]:
        """Set several; the keys that could not be set: none."""
        self._call("set_many", data, timeout=timeout, version=version)
        return []

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        """Forget several."""
        self._call("delete_many", list(keys), version=version)

    def clear(self) -> None:
        """Forget everything, here and in Redis; what else lies in that database of Redis, the broker's, stays."""
        with suppress(Resting, RedisError, OSError), redis_breaker.guard(RedisError, OSError):
            self._redis.delete_pattern("*")
        self._memory.clear()

    def close(self, **kwargs: Any) -> None:
        """The end of a request: nothing to do, the connections are pooled."""
