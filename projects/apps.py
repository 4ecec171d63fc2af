"""The projects app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from console.registry import Section, registry
from organizations import policies
from organizations.roles import Permission


class ProjectsConfig(AppConfig):
    """Projects, grants and services."""

    name = "projects"
    verbose_name = _("Projects")

    def ready(self) -> None:
        """Connect what listens, and register what the frame shows of this app."""
        from audit.lines import add_lines
        from projects import receivers  # noqa: F401 -- models must be loaded first
        from projects.lines import GROUPS, LINES

        add_lines(LINES, GROUPS)
        for section in SECTIONS:
            registry.add_section(section)


SECTIONS = [
    Section(
        area="context",
        label=policies.word("projects"),
        icon="boxes",
        address="projects:projects",
        order=15,
        permission=Permission.VIEW_PROJECTS,
        match=("projects:*",),
    ),
]
