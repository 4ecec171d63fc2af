"""What tests of projects share."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from projects.models import Project
from tests.cast import Cast
from tests.projects.making import make_project
from tests.projects.scripted import Scripted, use_scripted

type Committing = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committing(worker_here: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Committing:
    """Do something as if the transaction ended with it: the worker is woken up, in this process."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def project(cast: Cast) -> Project:
    """Acme's, which all of Acme sees."""
    return make_project(cast.acme)


@pytest.fixture
def scripted(settings: Settings) -> type[Scripted]:
    """Kinds may name the provisioners ``scripted``, whose script this is, and ``backend``."""
    return use_scripted(settings)
