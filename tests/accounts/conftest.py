"""A clock that is told to move, a storage that is empty afterwards, and people who have an account."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Terms, User
from tests.accounts.exporting import stored
from tests.accounts.factors import App, give_app
from tests.accounts.signing import make_user, sign_in
from tests.accounts.terms import publish

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only moves when it is told to."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def no_files() -> Iterator[None]:
    """The storage outlives the database of a test."""
    yield
    for name in stored():
        default_storage.delete(f"exports/{name}")


@pytest.fixture
def terms(db: None) -> Terms:
    """Terms that are in force."""
    return publish()


@pytest.fixture
def nina(db: None) -> User:
    """Nina, who has a password."""
    return make_user("nina.new@example.com")


@pytest.fixture
def olivia(db: None) -> User:
    """Olivia, who has a password."""
    return make_user("olivia@example.com")


@pytest.fixture
def vera(db: None) -> User:
    """Vera, who has a password."""
    return make_user("vera@example.com")


@pytest.fixture
def theo(db: None) -> User:
    """Theo, who has a password."""
    return make_user("theo.tech@example.com")


@pytest.fixture
def mia(db: None) -> User:
    """Mia, who has a password."""
    return make_user("mia.member@example.com")


@pytest.fixture
def nora(db: None) -> User:
    """Nora, who has a password."""
    return make_user("nora@example.com")


@pytest.fixture
def app(theo: User) -> App:
    """Theo's authenticator app."""
    return give_app(theo)


@pytest.fixture
def half(client: Client, theo: User, app: App) -> Client:
    """A browser in which Theo's password was given, and no second factor."""
    sign_in(client, theo.email)
    return client
