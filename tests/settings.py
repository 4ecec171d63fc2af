"""The settings of tests: Console's own, on the engines that bin/test gives, else the embedded ones."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import FileSystemBytecodeCache

_source = Path(__file__).resolve().parent.parent / "console" / "settings.py"
# Every variable that Console reads.
VARIABLES = frozenset(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', _source.read_text()))

# What a developer has set for bin/dev must not reach tests: only the engines may differ.
for _name in VARIABLES - {"DATABASE_URL", "REDIS_URL", "DATABASE_POOL"}:
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "only-for-tests-and-long-enough-to-pass-the-checks-of-deploy"

# Each process of a parallel run has a database of Redis for itself, 0 is left to people who look.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
if _redis := os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = urlsplit(_redis)._replace(path=f"/{_worker + 1}").geturl()

from console.settings import *  # noqa: E402, F403 (the environment comes first; settings are the one star import)
from console.settings import DATABASES, STORAGES, TEMPLATES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: threads and other processes see what is committed, and wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"console-test-{os.getpid()}.sqlite3")}
else:
    # Races send ten requests at the same instant, each on a connection of its own.
    DATABASES["default"]["OPTIONS"]["pool"]["max_size"] = 16
    # The database of each process is a copy of one that is migrated (tests.harness.preparation), where that was made.
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ.get("CONSOLE_TEST_TEMPLATE")}

# Pages must not need `collectstatic` first; what is measured on the bundle runs with live settings.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Look for files when they are asked for: nothing has been collected.
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = Path(tempfile.gettempdir()) / f"console-test-media-{os.getpid()}"
if _shared := os.environ.get("CONSOLE_TEST_SHARED"):
    # A page that one process has compiled is compiled for the others (tests.harness.preparation).
    _compiled = Path(_shared) / "pages"
    _compiled.mkdir(exist_ok=True)
    _jinja: Any = TEMPLATES[0]
    _jinja["OPTIONS"]["bytecode_cache"] = FileSystemBytecodeCache(str(_compiled))
# Argon2 is slow on purpose; one test says that Console uses it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
