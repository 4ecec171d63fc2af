"""Tasks: what runs them, what runs when, and how to wake them up.

A message to a worker is only a wake-up. What must happen stands in the database, and the sweep finds it when the
message was lost; so publishing may fail, must not take long, and is never waited for.
"""

import logging
import os
import ssl
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from console import logs
from console.aside import aside
from console.breaker import Resting, redis_breaker
from console.startup import refuse_wrong_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")

log = logging.getLogger(__name__)

# Seconds from one sweep of the outbox to the next.
SWEEP_PERIOD = 30.0

# Seconds from one linking of the audit log to the next: for so long an event could be changed and nobody would know.
LINK_PERIOD = 5.0

# Seconds from one look for events that are to be sent to the next.
STREAM_PERIOD = 10.0

# Periodic tasks, by the name of the task; the embedded engine runs the same ones (console.periodic).
SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that nobody took within a minute has a younger one behind it.
    "sweep the outbox": {"task": "outbox.sweep", "schedule": SWEEP_PERIOD, "options": {"expires": 60}},
    "link events": {"task": "audit.link_events", "schedule": LINK_PERIOD, "options": {"expires": LINK_PERIOD}},
    "prune the outbox": {"task": "outbox.prune", "schedule": crontab(minute="17", hour="3")},
    "go on with exports": {"task": "accounts.sweep_exports", "schedule": SWEEP_PERIOD, "options": {"expires": 60}},
    "remove exports": {"task": "accounts.prune_exports", "schedule": 900.0, "options": {"expires": 900}},
    "clear sessions": {"task": "console.clear_sessions", "schedule": crontab(minute="37", hour="3")},
    "complete recoveries": {
        "task": "accounts.complete_recoveries",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "forget browsers": {"task": "accounts.forget_browsers", "schedule": crontab(minute="47", hour="3")},
    "delete leftovers": {"task": "accounts.delete_leftovers", "schedule": crontab(minute="52", hour="3")},
    "expire sign-ups": {"task": "accounts.expire_signups", "schedule": crontab(minute="57", hour="3")},
    "end timed memberships": {
        "task": "organizations.end_timed_memberships",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "tell of requests to join": {
        "task": "organizations.send_digests",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "tell of second factors": {
        "task": "organizations.tell_of_second_factor",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "expire transfers": {
        "task": "organizations.expire_transfers",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "go on with closings": {
        "task": "organizations.sweep_closings",
        "schedule": SWEEP_PERIOD,
        "options": {"expires": 60},
    },
    "end closed organizations": {
        "task": "organizations.end_closed",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "go on with exports of organizations": {
        "task": "organizations.sweep_exports",
        "schedule": SWEEP_PERIOD,
        "options": {"expires": 60},
    },
    "remove exports of organizations": {
        "task": "organizations.prune_exports",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "expire invitations": {
        "task": "organizations.expire_invitations",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "remind the invited": {"task": "organizations.remind_invited", "schedule": 3600.0, "options": {"expires": 3600}},
    "go on with batches": {
        "task": "organizations.sweep_batches",
        "schedule": SWEEP_PERIOD,
        "options": {"expires": 60},
    },
    "end expired keys": {
        "task": "organizations.end_expired_keys",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "prune keys": {"task": "organizations.prune_keys", "schedule": crontab(minute="27", hour="*")},
    "go on with streams": {
        "task": "organizations.sweep_streams",
        "schedule": STREAM_PERIOD,
        "options": {"expires": STREAM_PERIOD},
    },
    "go on with domains": {
        "task": "organizations.sweep_domains",
        "schedule": SWEEP_PERIOD,
        "options": {"expires": 60},
    },
    "prune logs": {"task": "organizations.prune_logs", "schedule": crontab(minute="7", hour="4")},
    "go on with services": {
        "task": "projects.sweep_operations",
        "schedule": SWEEP_PERIOD,
        "options": {"expires": 60},
    },
    # A few minutes after each hour, and again for what that did not reach.
    "record usage": {"task": "billing.record_usage", "schedule": crontab(minute="5,20,35,50")},
    "renew subscriptions": {"task": "billing.renew_due", "schedule": 300.0, "options": {"expires": 300}},
    "look after who owes": {"task": "billing.remind_and_suspend", "schedule": 3600.0, "options": {"expires": 3600}},
    "follow plans": {"task": "billing.follow_plans", "schedule": 3600.0, "options": {"expires": 3600}},
    "end promotional credit": {"task": "billing.end_promotions", "schedule": 900.0, "options": {"expires": 900}},
    "end deleted projects": {"task": "projects.end_deleted", "schedule": 300.0, "options": {"expires": 300}},
    "go on with payments": {"task": "billing.sweep_payments", "schedule": SWEEP_PERIOD, "options": {"expires": 60}},
    "tell of expiring cards": {"task": "billing.tell_of_expiring_cards", "schedule": crontab(minute="12", hour="6")},
    "tell of ending certificates": {
        "task": "infrastructure.tell_of_ending_certificates",
        "schedule": crontab(minute="42"),
    },
    "prune batches": {"task": "organizations.prune_batches", "schedule": crontab(minute="22", hour="3")},
    "let in whom the directory knows": {
        "task": "support.admit_registered",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "prune imports of customers": {"task": "support.prune_imports", "schedule": crontab(minute="32", hour="3")},
    "issue invoices": {"task": "billing.issue_invoices", "schedule": 3600.0, "options": {"expires": 3600}},
    "close solved tickets": {"task": "support.close_solved_tickets", "schedule": 3600.0, "options": {"expires": 3600}},
    "prune files of tickets": {"task": "support.prune_files", "schedule": crontab(minute="42", hour="3")},
    "warn of entitlements": {"task": "support.warn_of_entitlements", "schedule": crontab(minute="32", hour="6")},
    "alarm of waiting tickets": {
        "task": "support.alarm_of_waiting_tickets",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "prune inbound mails": {"task": "support.prune_inbound_mails", "schedule": crontab(minute="37", hour="3")},
    "check storage engines": {"task": "infrastructure.sweep_engines", "schedule": 60.0, "options": {"expires": 60}},
    "prune checks of storage engines": {
        "task": "infrastructure.prune_engine_checks",
        "schedule": crontab(minute="47", hour="4"),
    },
    "tell of silent servers": {
        "task": "infrastructure.tell_of_silent_servers",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "prune connection tokens": {
        "task": "infrastructure.prune_server_tokens",
        "schedule": crontab(minute="32", hour="3"),
    },
}

# Seconds. A web process that publishes waits for this long at most; a stalled Redis would hang the defaults.
PUBLISHER = {"socket_connect_timeout": 0.5, "socket_timeout": 0.6, "health_check_interval": 5, "max_retries": 0}
# Workers and beat wait for messages, and may wait for a slow Redis.
CONSUMER = {"socket_connect_timeout": 5, "socket_timeout": 20, "health_check_interval": 5}

app = Celery("console")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://localhost/",
    broker_transport_options=PUBLISHER,
    # Over TLS, Redis must prove who it is, unless the address says ?ssl_cert_reqs=none.
    broker_use_ssl={"ssl_cert_reqs": ssl.CERT_REQUIRED} if settings.REDIS_URL.startswith("rediss://") else None,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Without Redis, tasks run where they are published.
    task_always_eager=not settings.REDIS_URL,
    # Nobody reads results.
    task_ignore_result=True,
    result_backend=None,
    task_publish_retry=False,
    task_publish_retry_policy={"max_retries": 0},
    # A worker that is killed gives its task back.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # A mail half sent is not cut off because the broker went away.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    task_time_limit=300,
    task_soft_time_limit=270,
    beat_schedule=SCHEDULE,
    # The schedule is this file, not a file that beat writes.
    beat_scheduler="celery.beat:Scheduler",
    timezone="UTC",
)
app.autodiscover_tasks()


def wake(task: str, *arguments: str, expires: float | None = None) -> None:
    """Ask a worker to run the task named ``task`` now; to be called after the commit.

    ``expires``: seconds after which nobody needs it any more. Never fails. While the broker is down or stalled it costs
    a request at most one wait, and then nothing. On the embedded engine the task runs before this returns, or, where
    mail or text messages leave this machine, in a thread beside the pages: a mail server may be slow.
    """
    if app.conf.task_always_eager:
        if settings.EMAIL_URL or settings.SMS_GATEWAY not in {"", "console"}:
            aside.run(app.tasks[task].delay, *arguments)
        else:
            app.tasks[task].delay(*arguments)
        return
    try:
        with redis_breaker.guard(OperationalError, RedisError, OSError):
            app.tasks[task].apply_async(arguments, expires=expires)
    except Resting:
        pass
    except (OperationalError, RedisError, OSError) as error:
        log.warning("The broker does not answer (%s): the sweep will find it.", type(error).__name__)


@signals.celeryd_init.connect
@signals.beat_init.connect
def _wait_longer(**_: object) -> None:
    app.conf.broker_transport_options = CONSUMER


# After Django is set up, and before tasks are taken.
@signals.worker_init.connect
@signals.beat_init.connect
def _refuse_wrong_start(**_: object) -> None:
    try:
        refuse_wrong_start()
    except ImproperlyConfigured as error:
        # What a receiver raises, Celery writes down and goes on.
        raise SystemExit(str(error)) from None


@signals.setup_logging.connect
def _log_as_the_console_does(**_: object) -> None:
    logs.configure(settings.LOGGING)
