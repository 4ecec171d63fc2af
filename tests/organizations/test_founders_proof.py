"""Who makes somebody a founder, or takes that from them, proves once more who they are (ASVS 7.5.1)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from organizations.models import Invitation, Membership
from tests.accounts.factors import proof_on
from tests.accounts.signing import PASSWORD, prove
from tests.cast import Cast, Person
from tests.reading import words

pytestmark = pytest.mark.django_db

ASKED = "Confirm that it is you"
NEW = "/o/acme/members/invitations/new/"


@pytest.fixture
def olivia(cast: Cast) -> Iterator[Client]:
    """Olivia's browser, in which she proved who she is an hour ago; Theo has become another founder."""
    Membership.objects.filter(organization=cast.acme, user=cast.theo.user).update(role="owner")
    cast.olivia.user.set_password(PASSWORD)
    cast.olivia.user.save()
    client = cast.olivia.client
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        yield client


def page_of(person: Person, cast: Cast, what: str) -> str:
    return f"/o/acme/members/{person.membership(cast.acme).pk}/{what}/"


def role_of(person: Person, cast: Cast) -> str:
    return person.membership(cast.acme).role


def is_member(person: Person, cast: Cast) -> bool:
    return cast.acme.memberships.filter(user=person.user).exists()


def answer(client: Client, path: str, data: dict[str, str]) -> str:
    """Post, be asked, give the password; what the last page says."""
    asked = client.post(path, data)
    assert ASKED in words(asked)
    return words(client.post(path, {**proof_on(asked, ""), "password": PASSWORD}, follow=True))


def test_the_role_is_given_once_the_password_was(cast: Cast, olivia: Client) -> None:
    page = page_of(cast.mia, cast, "role")
    assert ASKED in words(olivia.post(page, {"role": "owner"}))
    assert role_of(cast.mia, cast) == "member"
    assert "Mia Member is now Owner" in answer(olivia, page, {"role": "owner"})
    assert role_of(cast.mia, cast) == "owner"


def test_it_is_taken_once_the_password_was_given(cast: Cast, olivia: Client) -> None:
    page = page_of(cast.theo, cast, "role")
    assert ASKED in words(olivia.post(page, {"role": "tech"}))
    assert role_of(cast.theo, cast) == "owner"
    answer(olivia, page, {"role": "tech"})
    assert role_of(cast.theo, cast) == "tech"


def test_a_founder_is_removed_once_the_password_was_given(cast: Cast, olivia: Client) -> None:
    page = page_of(cast.theo, cast, "removal")
    assert ASKED in words(olivia.post(page))
    assert is_member(cast.theo, cast)
    assert "Theo Tech is no longer a member." in answer(olivia, page, {})
    assert not is_member(cast.theo, cast)


def test_a_founder_is_invited_once_the_password_was_given(cast: Cast, olivia: Client) -> None:
    invitation = {"email": "new.founder@example.com", "role": "owner", "note": ""}
    assert ASKED in words(olivia.post(NEW, invitation))
    assert not Invitation.objects.exists()
    answer(olivia, NEW, invitation)
    assert Invitation.objects.get().role == "owner"


@pytest.mark.parametrize("what", ["role", "removal"])
def test_an_answer_without_the_question_changes_nothing(cast: Cast, olivia: Client, what: str) -> None:
    path = page_of(cast.theo, cast, what)
    for forged in ({"proof": "yes", "role": "member"}, {"proof": "yes", "carried": "made-up", "password": PASSWORD}):
        olivia.post(path, forged)
        assert role_of(cast.theo, cast) == "owner"


def test_a_wrong_password_changes_nothing(cast: Cast, olivia: Client) -> None:
    page = page_of(cast.mia, cast, "role")
    asked = olivia.post(page, {"role": "owner"})
    assert ASKED in words(olivia.post(page, {**proof_on(asked, ""), "password": "wrong"}))
    assert role_of(cast.mia, cast) == "member"


def test_what_concerns_no_founder_is_done_at_once(cast: Cast, olivia: Client) -> None:
    olivia.post(page_of(cast.mia, cast, "role"), {"role": "tech"})
    assert role_of(cast.mia, cast) == "tech"
    olivia.post(page_of(cast.bella, cast, "removal"))
    assert not is_member(cast.bella, cast)
    olivia.post(NEW, {"email": "new.member@example.com", "role": "admin", "note": ""})
    assert Invitation.objects.get().role == "admin"


def test_the_pages_ask_nothing(cast: Cast, olivia: Client) -> None:
    for path in (page_of(cast.theo, cast, "role"), page_of(cast.theo, cast, "removal"), NEW):
        assert ASKED not in words(olivia.get(path))


def test_who_has_just_proven_it_is_not_asked(cast: Cast, olivia: Client) -> None:
    prove(olivia).post(page_of(cast.mia, cast, "role"), {"role": "owner"})
    assert role_of(cast.mia, cast) == "owner"
