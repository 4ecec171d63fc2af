"""Logs: lines for a person where one develops, JSON for a collector elsewhere; never a secret."""

import json
import logging
import logging.config
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from console.origin import logged_request
from console.registry import registry

# What an address in a text begins after, and how many characters before a path are looked at for that.
_DELIMITERS = re.compile(r"""[\s"'(=,]""")
_LOOK_BACK = 300
_EXTRAS = ("status", "duration_ms", "user_id", "task_id", "task_name", "delivery_id", "reply_code")


def configure(log_settings: Mapping[str, str]) -> None:
    """Set logging up; Django calls this with ``settings.LOGGING``.

    ``format``: ``lines`` or ``json``; ``level``: from which level on records are written.
    """
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": {"()": LineFormatter}, "json": {"()": JsonFormatter}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": log_settings["format"]}},
            "root": {"handlers": ["stderr"], "level": log_settings["level"]},
            "loggers": {
                # Django's own defaults write to the console or send mail; here all goes one way.
                "django": {"handlers": [], "level": "INFO", "propagate": True},
                "django.server": {"handlers": [], "level": "INFO", "propagate": True},
                # Two lines for each task that went well are more than anybody reads.
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
                # Some hundred lines for each file; and letters of names that no font has.
                "fontTools": {"level": "WARNING"},
                "fpdf": {"level": "ERROR"},
            },
        }
    )


def without_secrets(text: str) -> str:
    """``text`` without what opens something for whoever holds it: addresses with a token, secrets of a known form.

    They are those that apps have registered (``registry.add_secret_path`` and ``add_secret_prefix``).
    """
    # None before the apps are ready.
    if paths := registry.secret_paths:
        text = _secrets(paths).sub(_masked, text)
    if prefixes := registry.secret_prefixes:
        text = _credentials(prefixes).sub(r"\1…", text)
    return text


@lru_cache
def _secrets(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"""({"|".join(map(re.escape, prefixes))})[^/\s"'?]+""")


@lru_cache
def _credentials(prefixes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"({'|'.join(map(re.escape, prefixes))})[0-9A-Za-z+/=]+")


def _masked(match: re.Match[str]) -> str:
    # A path from the root, with or without a host; `/o/acme/members/invitations/new/` is none.
    before = _DELIMITERS.split(match.string[max(0, match.start() - _LOOK_BACK) : match.start()])[-1]
    from_the_root = "/" not in before.rstrip("/").rpartition("//")[2]
    return f"{match[1]}…" if from_the_root else match[0]


class LineFormatter(logging.Formatter):
    """For a person: time, level, logger, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        """One record, with its traceback if it has one."""
        return without_secrets(super().format(record))


class JsonFormatter(logging.Formatter):
    """For a collector: one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """One record, with the request that it was written in and its traceback if it has one."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if request := logged_request.get():
            entry |= {"request_id": request.request_id, "method": request.method, "path": request.path}
        entry |= {name: value for name in _EXTRAS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            entry["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)
