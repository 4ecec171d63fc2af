"""Whether the French catalogue is complete: every text of code and templates is in it, and is translated.

``python -m tests.harness.translations``, which bin/check calls. Without GNU gettext the first half is left out.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tests.harness.binaries import ROOT

CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
APPS = (
    "accounts",
    "audit",
    "billing",
    "console",
    "infrastructure",
    "organizations",
    "outbox",
    "projects",
    "support",
)
LEFT_OUT = (".*", "var", "tests", "docs", "__pycache__", "node_modules")


def untranslated(catalogue: polib.POFile) -> list[str]:
    """Texts without a translation, or with one that is marked as a guess."""
    return [entry.msgid for entry in catalogue if not entry.obsolete and (entry.fuzzy or not entry.translated())]


def missing(catalogue: polib.POFile) -> list[str]:
    """Texts that makemessages finds and the catalogue lacks, found on a copy, so that nothing here changes."""
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory) / "console"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        subprocess.run(
            [sys.executable, "manage.py", "makemessages", "--locale=fr", "--no-obsolete", "--verbosity=0"],
            cwd=copy,
            env={**os.environ, "DEBUG": "1"},
            check=True,
        )
        found = polib.pofile(str(copy / CATALOGUE))
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue if not entry.obsolete}
    return [entry.msgid for entry in found if (entry.msgctxt, entry.msgid, entry.msgid_plural) not in known]


def aliased() -> list[str]:
    """Imports of gettext under a name that makemessages does not look for: their texts would never be found."""
    alias = re.compile(r"import n?p?gettext(_lazy)? as (?!_$)\w+$", re.MULTILINE)
    files = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return [str(path.relative_to(ROOT)) for path in files if alias.search(path.read_text())]


def main() -> int:
    """Say what is missing; 0 when nothing is."""
    if not (ROOT / CATALOGUE).exists():
        print(f"{CATALOGUE} is not there; bin/messages makes it.")
        return 1
    catalogue = polib.pofile(str(ROOT / CATALOGUE))
    problems = [f"not translated: {text!r}" for text in untranslated(catalogue)]
    problems += [f"{path}: gettext is imported under another name, so its texts are not found" for path in aliased()]
    if shutil.which("xgettext"):
        problems += [f"not in {CATALOGUE} (run bin/messages): {text!r}" for text in missing(catalogue)]
    else:
        print("GNU gettext is not installed, so texts that are missing from the catalogue were not looked for.")
    print("\n".join(problems) or f"{len(catalogue)} texts, all translated.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
