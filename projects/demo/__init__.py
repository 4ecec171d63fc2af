"""The demo's projects: in each state, with services in each state, under each policy."""

from collections.abc import Iterator

from django.db import transaction

from organizations import policies
from projects.demo.building import build_project
from projects.demo.catalogue import make_catalogue
from projects.demo.scenes import SCENES
from projects.models import Region


def build() -> Iterator[str]:
    """Make the catalogue and the projects of the policy in force, whole or not at all, unless there is one already."""
    if not Region.objects.exists():
        with transaction.atomic():
            make_catalogue()
            for project in SCENES[policies.current().key]:
                build_project(project)
    yield from ()
