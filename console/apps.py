"""The app configurations of the frame and of the staff's admin."""

import os

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core.checks import Tags, register

from console import checks, periodic
from console.api.links import FOOTER, HELP
from console.registry import registry


class ConsoleConfig(AppConfig):
    """The frame: registers checks and links to the API's page, starts periodic work on the embedded engine."""

    name = "console"

    def ready(self) -> None:
        """Register, and start what runs in this process."""
        registry.add_help(HELP)
        registry.add_footer(FOOTER)
        for check in checks.DEPLOYMENT:
            register(check, Tags.security, deploy=True)
        # RUN_MAIN: the process of runserver that serves; neither its reloader nor a command like migrate.
        if settings.PERIODIC and os.environ.get("RUN_MAIN") == "true":
            periodic.start()


class StaffAdminConfig(AdminConfig):
    """Django's admin on our own site."""

    default_site = "console.admin.StaffSite"
