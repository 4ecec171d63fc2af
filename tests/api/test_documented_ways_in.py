"""The examples of docs/api.md that show how to come in, run as they stand there."""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from console.credentials import make
from tests.api.keying import program_of
from tests.cast import Cast

SECTION = Path("docs/api.md").read_text().partition("\n## Coming in\n")[2].partition("\n## ")[0]


def examples(language: str) -> list[str]:
    """The examples in a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)


def test_the_python_and_shell_examples_come_in(
    cast: Cast,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = program_of(cast.adam, cast.acme)
    for name, value in (("URL", live_server.url), ("KEY", program.key.access_id), ("SECRET", program.secret)):
        monkeypatch.setenv(f"CONSOLE_{name}", value)
    *ways_in, scanner = examples("python")
    assert len(ways_in) == 6
    for example in ways_in:
        exec(compile(example, "docs/api.md", "exec"), {})  # noqa: S102 -- our own examples
        said = capsys.readouterr().out.splitlines()
        # The organization's name; of signed requests, how many members are called so.
        assert said[0] in {"Acme", "1"}, example

    monkeypatch.setattr(
        sys, "stdin", io.StringIO(f"a {program.secret} b {make('cnsl_token_', 40)} {'cnsl_secret_' + 'x' * 46}")
    )
    exec(compile(scanner, "docs/api.md", "exec"), {})  # noqa: S102 -- our own example
    found = capsys.readouterr().out
    assert (program.secret in found, found.count("cnsl_")) == (True, 2)

    if shutil.which("curl") and shutil.which("openssl"):
        for example in examples("sh"):
            done = subprocess.run(["sh", "-eu", "-c", example], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr + done.stdout
            assert "Acme" in done.stdout or "olivia.owner@example.com" in done.stdout
