"""The Nu HTML checker finds no error in any page; it needs Java and npm, and takes its time."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.test import Client

from tests.access.walk import furnish
from tests.cast import Cast
from tests.e2e.test_accessible import (
    NOTHING_YET,
    SIGNED_IN,
    SIGNED_OUT,
    answers_wanted,
    give_passwords,
    of_acme,
    of_apps,
    of_money,
)
from tests.harness.binaries import ROOT

pytestmark = [pytest.mark.long, pytest.mark.django_db]

TOOLS = ROOT / ".tools" / "vnu"
JAR = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PACKAGE = "vnu-jar@26.9.27"


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """The command of the checker, which npm installs once; skips without Java and npm."""
    if not shutil.which("java"):
        pytest.skip("Nu HTML checker: Java is not installed")
    if not JAR.exists():
        if not shutil.which("npm"):
            pytest.skip("Nu HTML checker: npm is not installed")
        TOOLS.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", f"--prefix={TOOLS}", PACKAGE], check=True)
    return ["java", "-jar", str(JAR), "--format", "json", "--exit-zero-always"]


def save(client: Client, paths: Iterable[str], directory: Path) -> None:
    """Keep the source of each page in a file of its own, in a new directory."""
    directory.mkdir()
    for number, path in enumerate(paths):
        page = client.get(path, follow=True)
        name = f"{number:02} {path.replace('/', '_')}.html"
        (directory / name).write_bytes(page.content)


def test_every_page_is_html_without_an_error(
    checker: list[str], cast: Cast, links: dict[str, str], tmp_path: Path
) -> None:
    furnish(cast.acme, cast.olivia, cast.sam)
    give_passwords(cast)
    for name, client, paths in (
        ("signed-out", Client(), [*SIGNED_OUT, *links.values()]),
        ("signed-in", cast.olivia.client, [*SIGNED_IN, *of_acme(cast), *of_money(cast), links["pending"]]),
        ("of-apps", cast.olivia.client, of_apps(cast)),
        ("with-nothing-yet", cast.sam.client, NOTHING_YET),
        ("asked", cast.mia.client, ["/profile/security/mfa/authenticator/new/"]),
        ("invited", cast.sam.client, ["/profile/organizations/", links["pending"]]),
    ):
        save(client, paths, tmp_path / name)
    for person, paths in answers_wanted(cast).items():
        save(getattr(cast, person).client, paths, tmp_path / f"answers of {person}")
    said = subprocess.run([*checker, *map(str, sorted(tmp_path.rglob("*.html")))], capture_output=True, text=True)
    messages = json.loads(said.stderr)["messages"]
    faults = [
        f"{Path(m['url']).name}: {m['message']}: {m.get('extract', '')}" for m in messages if m["type"] == "error"
    ]
    assert not faults, "\n".join(faults)
