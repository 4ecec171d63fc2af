"""The examples of docs/api.md, run as they stand there: how to come in, and three things to do."""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from audit.chaining import link_events
from billing.actions.payments import look_after
from billing.models import Payment
from console.credentials import make
from projects.actions.services import carry_out
from projects.models import Operation, Service
from tests.api.keying import Program
from tests.billing.making import keep_card
from tests.cast import Cast
from tests.projects.making import make_kind, make_region

PAGE = Path("docs/api.md").read_text()


def examples(section: str, language: str) -> list[str]:
    """The examples of a section in a language, in their order."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def documented(adams: Program, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Adam's program, which the examples find in the environment as the page says."""
    for name, value in (("URL", live_server.url), ("KEY", adams.key.access_id), ("SECRET", adams.secret)):
        monkeypatch.setenv(f"CONSOLE_{name}", value)
    return adams


def test_the_python_and_shell_examples_come_in(
    documented: Program,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    *ways_in, scanner = examples("Coming in", "python")
    assert len(ways_in) == 6
    for example in ways_in:
        exec(compile(example, "docs/api.md", "exec"), {})  # noqa: S102 -- our own examples
        said = capsys.readouterr().out.splitlines()
        # The organization's name; of signed requests, how many members are called so.
        assert said[0] in {"Acme", "1"}, example

    monkeypatch.setattr(
        sys, "stdin", io.StringIO(f"a {documented.secret} b {make('cnsl_token_', 40)} {'cnsl_secret_' + 'x' * 46}")
    )
    exec(compile(scanner, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    found = capsys.readouterr().out
    assert (documented.secret in found, found.count("cnsl_")) == (True, 2)

    if shutil.which("curl") and shutil.which("openssl"):
        for example in examples("Coming in", "sh"):
            done = subprocess.run(["sh", "-eu", "-c", example], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr + done.stdout
            assert "Acme" in done.stdout or "olivia.owner@example.com" in done.stdout


def test_the_example_of_a_service_waits_until_it_runs(
    cast: Cast, documented: Program, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_region()
    make_kind()
    (request,) = examples("Projects and services", "python")
    # Our worker, which is at it as soon as nobody holds the service.
    monkeypatch.setattr("time.sleep", lambda seconds: [carry_out(one.pk) for one in Operation.objects.open()])
    # Whoever runs it again gets the same.
    for _time in range(2):
        exec(compile(request, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
        said = capsys.readouterr().out.split()
        assert (said[0], "password" in said) == ("running", True)
    service = Service.objects.get()
    assert (service.name, service.project.slug, service.created_by) == ("Orders", "web-shop", cast.adam.user)


def test_the_example_of_a_payment_pays_in_once_a_day(
    cast: Cast, documented: Program, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_card(cast.acme)
    (pay_in,) = examples("Money", "python")
    # Our worker, which is at it as soon as nobody holds the account.
    monkeypatch.setattr("time.sleep", lambda seconds: [look_after(one.pk) for one in Payment.objects.open()])
    # Whoever runs it again finds that there is enough.
    for _time in range(2):
        exec(compile(pay_in, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    said = capsys.readouterr().out.split()
    assert (said[0], said[-2:]) == ("paid", ["200.00", "200.00"])
    assert Payment.objects.get().asked_by == cast.adam.user


def test_the_worked_examples_do_what_they_say(
    cast: Cast,
    documented: Program,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (invite,) = examples("Three things to do", "sh")
    follow, rotate = examples("Three things to do", "python")
    if shutil.which("curl"):
        # Sent again, it is done once.
        for _time in range(2):
            done = subprocess.run(["sh", "-eu", "-c", invite], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr + done.stdout
        assert [one.email for one in cast.acme.invitations.all()] == ["ada@example.com"]
    link_events()
    exec(compile(follow, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    assert "organization.created Acme" in capsys.readouterr().out
    exec(compile(follow, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    assert capsys.readouterr().out == ""
    exec(compile(rotate, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    assert capsys.readouterr().out.split() == ["pair"]
