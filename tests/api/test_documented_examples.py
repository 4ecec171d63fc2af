"""The worked examples of docs/api.md, run as they stand there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from audit.chaining import link_events
from tests.api.keying import program_of
from tests.cast import Cast

SECTION = Path("docs/api.md").read_text().partition("\n## Three things to do\n")[2].partition("\n## ")[0]


def examples(language: str) -> list[str]:
    """The examples in a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


def test_the_worked_examples_do_what_they_say(
    cast: Cast,
    live_server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = program_of(cast.adam, cast.acme)
    for name, value in (("URL", live_server.url), ("KEY", program.key.access_id), ("SECRET", program.secret)):
        monkeypatch.setenv(f"CONSOLE_{name}", value)
    monkeypatch.chdir(tmp_path)
    (invite,) = examples("sh")
    follow, rotate = examples("python")
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
