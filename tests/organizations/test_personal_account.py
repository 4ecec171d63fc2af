"""The personal account: made with the user, in the same transaction, one for each."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import signals
from accounts.models import User
from organizations.actions import create_personal_account
from organizations.models import Membership, Organization
from tests.cast import Cast, make_person
from tests.reading import main_words

pytestmark = pytest.mark.django_db

SIGN_UP = {"email": "new.comer@example.com", "password1": "plum-harbour-71", "password2": "plum-harbour-71"}


def test_it_comes_with_signing_up() -> None:
    Client().post("/accounts/signup/", SIGN_UP)
    account = Organization.objects.get(person__email="new.comer@example.com")
    assert (account.kind, account.slug, account.status) == ("personal", "personal", "active")
    assert [(m.user.email, m.role) for m in account.memberships.all()] == [("new.comer@example.com", "owner")]


def test_a_failure_afterwards_leaves_neither_account_nor_user() -> None:
    """Whatever else is made with a user fails with the user: nobody is without a personal account."""

    def fail(**_: Any) -> None:
        raise RuntimeError("The last receiver fails.")

    signals.created.connect(fail)
    try:
        with pytest.raises(RuntimeError, match="last receiver"), transaction.atomic():
            User.objects.create_user("new.comer@example.com")
    finally:
        signals.created.disconnect(fail)
    assert not User.objects.filter(email="new.comer@example.com").exists()
    assert not Organization.objects.filter(kind="personal").exists()
    assert not Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_failure_while_signing_up_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("The personal account cannot be made.")

    signals.created.connect(fail)
    client = Client(raise_request_exception=False)
    try:
        assert client.post("/accounts/signup/", SIGN_UP).status_code == 500
    finally:
        signals.created.disconnect(fail)
    assert not User.objects.exists()
    assert not Organization.objects.exists()
    # And the address is free: nothing stands in the way of trying again.
    assert client.post("/accounts/signup/", SIGN_UP).status_code == 302
    assert User.objects.get().personal_account.kind == "personal"


def test_nobody_has_two() -> None:
    sam = make_person("sam.stranger@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        create_personal_account(user=sam.user)
    assert Organization.objects.filter(person=sam.user).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "personal", "slug": "personal", "person": None},
        {"kind": "personal", "slug": "vega"},
        {"kind": "team", "slug": "vega"},
        {"kind": "team", "slug": "personal", "person": None},
    ],
)
def test_the_database_refuses_what_is_neither_team_nor_personal(wrong: dict[str, Any]) -> None:
    sam = make_person("sam.stranger@example.com")
    Organization.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(**{"name": "Vega", "person": sam.user, **wrong})


def test_it_ends_with_the_user(cast: Cast) -> None:
    User.objects.get(pk=cast.sam.user.pk).delete()
    assert not Organization.objects.filter(person_id=cast.sam.user.pk).exists()


def test_its_overview_leads_to_working_with_others(cast: Cast) -> None:
    response = cast.sam.client.get("/o/personal/")
    assert "Personal account" in main_words(response)
    assert "New organization" in main_words(response)
    assert "Leave" not in main_words(response)


def test_saving_a_user_again_makes_no_second_one(cast: Cast) -> None:
    cast.sam.user.first_name = "Samuel"
    cast.sam.user.save()
    assert Organization.objects.filter(person=cast.sam.user).count() == 1
