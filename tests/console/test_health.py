"""/healthz and /readyz."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console import health
from console.registry import registry
from outbox.models import Mail


@pytest.mark.django_db
def test_being_alive_asks_nobody(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_a_console_whose_parts_answer_is_ready(client: Client) -> None:
    answer = client.get("/readyz")
    redis = "ok" if configured.REDIS_URL else "embedded"
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": {"database": "ok", "broker": redis, "cache": redis, "mail": "ok", "audit log": "ok"},
    }


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_mail_that_nobody_sends_is_told_and_takes_no_page_away(client: Client) -> None:
    Mail.objects.create(to="olivia.owner@example.com", due_at=timezone.now() - timedelta(minutes=6))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["mail"] == "failing"
    assert answer.json()["parts"]["database"] == "ok"


@pytest.mark.django_db(transaction=True)
def test_a_stalled_redis_is_named_within_about_a_second(client: Client, settings: Settings, stalled_port: int) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{stalled_port}/0"
    begun = timezone.now()
    answer = client.get("/readyz")
    assert timezone.now() - begun < timedelta(seconds=1.5)
    # Pages go on without Redis: a load balancer that took this process away would take all of them.
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    parts = {"database": "ok", "broker": "failing", "cache": "failing", "mail": "ok", "audit log": "ok"}
    assert answer.json()["parts"] == parts


@pytest.mark.embedded
@pytest.mark.django_db(transaction=True)
def test_without_the_database_nothing_is_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OperationalError("connection to 10.0.0.7 refused")

    monkeypatch.setattr(health, "_ask_database", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["parts"]["database"] == "failing"
    assert b"10.0.0.7" not in answer.content


@pytest.mark.embedded
@pytest.mark.parametrize("host", ["10.0.0.5:8000", "[fd00::5]", "evil.example", "not a host", ""])
@pytest.mark.django_db(transaction=True)
def test_probes_are_answered_whatever_host_they_ask_for(client: Client, settings: Settings, host: str) -> None:
    """A load balancer asks by address; nothing else does."""
    settings.ALLOWED_HOSTS = ["console.example.com"]
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
    for path in ("/accounts/login/", "/healthz/", "/healthz/accounts/login/", "//healthz"):
        assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_why_a_part_fails_is_not_told_to_everyone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("password=hunter2")

    monkeypatch.setitem(registry.health, "mail", broken)
    answer = client.get("/readyz")
    assert answer.json()["parts"]["mail"] == "failing"
    assert b"hunter2" not in answer.content


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_only_answer(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_many_probes_at_once_share_one_round_of_checks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []

    def ask() -> str:
        rounds.append("asked")
        return ""

    monkeypatch.setattr(health, "_ask_database", ask)
    answers = {client.get("/readyz").content for _ in range(20)}
    assert len(answers) == 1
    assert rounds == ["asked"]
