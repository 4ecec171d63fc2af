"""The settings of processes that tests start: those of production, driven by the environment as an operator does.

Only where collected files and uploads lie differs, so that tests leave nothing behind, and people made by a test, whose
passwords are hashed the quick way, can sign in too.
"""

import os
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache

from console.settings import *  # noqa: F403 (settings are the one star import)
from console.settings import PASSWORD_HASHERS, TEMPLATES

STATIC_ROOT = Path(os.environ["CONSOLE_TEST_STATIC"])
# A page that one process has compiled is compiled for those that start after it.
_compiled = STATIC_ROOT.with_name("pages")
_compiled.mkdir(exist_ok=True)
_jinja: Any = TEMPLATES[0]
_jinja["OPTIONS"]["bytecode_cache"] = FileSystemBytecodeCache(str(_compiled))
MEDIA_ROOT = Path(os.environ["CONSOLE_TEST_MEDIA"])
PASSWORD_HASHERS = [*PASSWORD_HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]
