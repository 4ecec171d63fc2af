"""What makes services: each kind of the catalogue names one of them (`PROVISIONERS` in the settings)."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from projects.provisioners.base import Outcome, Provisioner, Unable

__all__ = ["Outcome", "Provisioner", "Unable", "keys", "named"]


def keys() -> list[str]:
    """What the catalogue may name."""
    return list(settings.PROVISIONERS)


def named(key: str) -> Provisioner:
    """The provisioner that a kind names. Raises KeyError for one that the settings no longer have."""
    return _built(settings.PROVISIONERS[key])


@cache
def _built(path: str) -> Provisioner:
    provisioner = import_string(path)()
    assert isinstance(provisioner, Provisioner)  # noqa: S101 -- what the settings name
    return provisioner
