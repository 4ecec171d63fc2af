"""The projects app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from console.registry import Sealed, registry


class ProjectsConfig(AppConfig):
    """Projects, grants and services."""

    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from projects import cards, receivers, tasks  # noqa: F401 -- models must be loaded first
        from projects.demo import build
        from projects.lines import GROUPS, LINES
        from projects.models import Output
        from projects.models.service import OUTPUT_PURPOSE
        from projects.notices import NOTIFICATIONS

        add_lines(LINES, GROUPS)
        registry.add_sealed(Sealed(rows=Output.objects.all, column="sealed", purpose=OUTPUT_PURPOSE))
        for notification in NOTIFICATIONS:
            registry.add_notification(notification)
        cards.register()
        registry.add_demo(20, build)
