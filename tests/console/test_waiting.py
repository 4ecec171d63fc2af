"""One customer whose servers never answer does not keep all threads of a process waiting."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Event
from console import waiting
from infrastructure.models import StorageEngine
from organizations.models import Domain
from tests.cast import Cast
from tests.infrastructure.making import make_engine
from tests.organizations.naming import check
from tests.organizations.streaming import stream_to
from tests.reading import words

pytestmark = pytest.mark.django_db

BUSY = "Many connections are being tried at this moment. Wait a few seconds, then try again."
ENGINE = {
    "name": "Main", "host": "db.example.com", "port": "5432", "database": "data", "user": "console", "secret": "s",
    "tls": "verify-full", "authority": "",
}  # fmt: skip


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExitStack]:
    """As many threads wait for strangers as may; and nothing else is asked."""
    for name in ("infrastructure.views.engine_forms.try_engine", "infrastructure.actions.engine_checks.try_engine"):
        monkeypatch.setattr(name, _nobody)
    monkeypatch.setattr("console.dialing._look_up", _nobody)
    monkeypatch.setattr("organizations.actions.domains.checking.look_up", _nobody)
    with ExitStack() as stack:
        for _thread in range(waiting.MOST):
            stack.enter_context(waiting.waiting_for_strangers())
        yield stack


def _nobody(*_: Any, **__: Any) -> None:
    pytest.fail("Somebody waits who must not.")


def test_no_page_waits_besides(cast: Cast, busy: ExitStack) -> None:
    client, engine = cast.theo.client, make_engine(cast.acme, "Second")
    new = f"{reverse('infrastructure:engine_new', args=[cast.acme.slug])}?kind=postgresql"
    assert BUSY in words(client.post(new, ENGINE | {"test": "1"}))
    assert BUSY in words(client.post(new, ENGINE))
    here = reverse("infrastructure:engine_check", args=[cast.acme.slug, engine.pk])
    assert BUSY in words(client.post(here, follow=True))
    edit = reverse("infrastructure:engine_edit", args=[cast.acme.slug, engine.pk])
    typed = {**engine.config, "name": "Third", "secret": "another"}
    # It is saved; a worker checks it.
    assert "Third is saved." in words(client.post(edit, typed, follow=True))
    assert StorageEngine.objects.get().health == "unknown"
    domain = Domain.objects.create(organization=cast.acme, name="corp.example", role="member")
    assert "It is being checked at this moment." in words(check(cast.adam, domain))
    assert Domain.objects.due().get().checked_at is None
    stream_to("https://audit.example.com/", cast)
    test = "/o/acme/settings/audit-log/stream/test/"
    assert BUSY in words(cast.adam.client.post(test, follow=True))
    # Whoever was not let wait has tried nothing.
    assert not Event.objects.filter(action__in=["engine.tested", "engine.checked", "stream.tested"]).exists()
    with pytest.raises(waiting.Busy), waiting.waiting_for_strangers():
        pass
    busy.close()
    with waiting.waiting_for_strangers():
        pass
