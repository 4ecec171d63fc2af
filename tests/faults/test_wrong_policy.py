"""A process that is started with another policy than the data's refuses to serve (PRODUCT: *Policies*)."""

import pytest
from django.conf import settings

from organizations.models import PolicyInForce
from tests.fixtures.processes import Processes

pytestmark = [pytest.mark.e2e, pytest.mark.waits]

COMMANDS = {
    "web": ("gunicorn", "console.wsgi", "--bind=127.0.0.1:0", "--worker-tmp-dir=/tmp"),
    "worker": ("celery", "--app=console.celery", "worker", "--pool=threads", "--without-mingle", "--without-gossip"),
    "beat": ("celery", "--app=console.celery", "beat"),
}


# All ask the same check (console.startup); Celery's two are started with --long.
CELERY = [pytest.param(what, marks=pytest.mark.long) for what in ("worker", "beat")]


@pytest.mark.parametrize("what", ["web", *CELERY])
def test_nothing_serves_under_another_policy(processes: Processes, what: str) -> None:
    if what != "web" and not settings.REDIS_URL:
        pytest.skip("a worker needs Redis")
    assert PolicyInForce.objects.key() == "default"
    processes.environment["CONSOLE_POLICY"] = "percona"
    process = processes.start(*COMMANDS[what])
    process.wait_until_ended()
    assert "CONSOLE_POLICY is 'percona', and the data was made under 'default'" in process.output()
