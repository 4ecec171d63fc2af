"""Processes that die, and what happens within a minute of their being back: real worker, beat, Redis, mail server."""

from collections.abc import Callable

import pytest
from django.core.mail import send_mail

from outbox.models import Mail
from tests.fixtures.network import MailServer
from tests.fixtures.processes import Processes
from tests.harness.servers import Redis, wait_until

pytestmark = [pytest.mark.waits, pytest.mark.e2e, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MINUTE = 60


def test_a_mail_leaves_once_when_redis_is_back(
    processes: Processes, own_redis: Redis, use_redis: Callable[[str], None], smtp_server: MailServer
) -> None:
    processes.environment |= {"REDIS_URL": own_redis.url, "EMAIL_URL": smtp_server.url}
    use_redis(own_redis.url)
    worker = processes.start("celery", "--app=console.celery", "worker", "--concurrency=1")
    worker.wait_until(lambda: "ready" in worker.output())
    processes.start_beat()
    own_redis.stop()
    send_mail("Join Acme", "Hello", None, ["tom.tech@example.com"])
    # Long enough for worker and beat to notice.
    assert not wait_until(lambda: bool(smtp_server.messages), 10)
    own_redis.start()
    smtp_server.wait_for("tom.tech@example.com", seconds=MINUTE)
    assert not wait_until(lambda: len(smtp_server.messages) > 1, 5)
    assert Mail.objects.get().state == Mail.State.SENT


def test_a_mail_leaves_once_when_the_worker_was_killed_with_it_in_its_hands(
    processes: Processes,
    redis_url: str,
    use_redis: Callable[[str], None],
    smtp_server: MailServer,
    stalled_port: int,
) -> None:
    use_redis(redis_url)
    processes.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{stalled_port}/"
    doomed = processes.start_worker()
    send_mail("Join Acme", "Hello", None, ["tom.tech@example.com"])
    assert wait_until(lambda: Mail.objects.filter(claimed_until__isnull=False).exists(), 20)
    doomed.kill()
    processes.environment["EMAIL_URL"] = smtp_server.url
    processes.start_worker()
    processes.start_beat()
    smtp_server.wait_for("tom.tech@example.com", seconds=MINUTE)
    assert not wait_until(lambda: len(smtp_server.messages) > 1, 5)
    mail = Mail.objects.get()
    assert (mail.state, mail.attempts) == (Mail.State.SENT, 2)
