"""An address that somebody added to their account, and never verified, stays its owner's."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from outbox.models import Mail
from tests.cast import Cast

pytestmark = pytest.mark.embedded

VICTIM = "vera.victim@example.com"
PASSWORD = "a long and odd passphrase"


@pytest.fixture
def claimed(cast: Cast) -> Cast:
    """Sam has added Vera's address to his account; Vera has no account yet."""
    EmailAddress.objects.create(user=cast.sam.user, email=VICTIM, verified=False)
    return cast


def test_its_owner_signs_up_with_it(claimed: Cast) -> None:
    answer = Client().post("/accounts/signup/", {"email": VICTIM, "password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 302
    assert User.objects.filter(email=VICTIM).exists()
    assert list(Mail.objects.filter(to=VICTIM).values_list("kind", flat=True)) == ["verification"]


def test_a_reset_for_it_does_not_open_the_other_account(claimed: Cast) -> None:
    Client().post("/accounts/password/reset/", {"email": VICTIM})
    assert list(Mail.objects.filter(to=VICTIM).values_list("kind", flat=True)) == ["unknown-account"]


def test_once_its_owner_has_verified_it_nobody_else_can(claimed: Cast) -> None:
    User.objects.create_user(VICTIM, verified=True)
    rival = EmailAddress.objects.get(user=claimed.sam.user, email=VICTIM)
    assert not rival.can_set_verified()
