"""The settings of processes that tests start: those of production, driven by the environment as an operator does.

Only where collected files and uploads lie differs, so that tests leave nothing behind, and people made by a test, whose
passwords are hashed the quick way, can sign in too.
"""

import os
from pathlib import Path

from console.settings import *  # noqa: F403 (settings are the one star import)
from console.settings import PASSWORD_HASHERS

STATIC_ROOT = Path(os.environ["CONSOLE_TEST_STATIC"])
MEDIA_ROOT = Path(os.environ["CONSOLE_TEST_MEDIA"])
PASSWORD_HASHERS = [*PASSWORD_HASHERS, "django.contrib.auth.hashers.MD5PasswordHasher"]
