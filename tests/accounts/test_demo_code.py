"""``manage.py code`` and the demo: how a newcomer gets into the admin, and nobody else."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from accounts import demo
from accounts.models import User
from tests.accounts.factors import answer, is_in
from tests.accounts.signing import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stella() -> User:
    user = make_user("stella.staff@example.com")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    return user


def code_of(user: User) -> str:
    """What the command says."""
    said = StringIO()
    # For the command only: pages of a development server are others.
    with override_settings(DEBUG=True):
        call_command("code", user.email, stdout=said)
    return said.getvalue().strip()


def test_staff_of_the_demo_have_an_app_whose_key_is_said_each_time(stella: User) -> None:
    first, again = list(demo.build()), list(demo.build())
    assert first == again
    assert stella.authenticators.get().secret in first[0]


def test_the_command_stands_in_for_the_phone(client: Client, stella: User) -> None:
    list(demo.build())
    for browser in (client, Client()):
        sign_in(browser, stella.email)
        answer(browser, code_of(stella))
        assert is_in(browser)


def test_not_outside_of_development(stella: User) -> None:
    list(demo.build())
    with pytest.raises(CommandError, match="set DEBUG=1"):
        call_command("code", stella.email)


def test_who_has_no_app_has_no_code(stella: User) -> None:
    with pytest.raises(CommandError, match="has no authenticator app"):
        code_of(stella)
