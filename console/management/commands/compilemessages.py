"""``manage.py compilemessages`` without GNU gettext, which a fresh machine need not have.

Takes the place of Django's command of the same name: same result for our catalogues, and it leaves those of installed
packages alone, which come compiled.
"""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Writes each ``.mo`` that is older than its ``.po``."""

    help = "Compile the catalogues in LOCALE_PATHS; quick when nothing has changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile."""
        for directory in settings.LOCALE_PATHS:
            for source in sorted(Path(directory).glob("*/LC_MESSAGES/*.po")):
                target = source.with_suffix(".mo")
                if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                    continue
                # Renamed into place, so that a process that starts now never reads half of it.
                draft = target.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(draft))
                draft.replace(target)
                self.stdout.write(f"Compiled {source.relative_to(settings.BASE_DIR)}")
