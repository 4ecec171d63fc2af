"""Providers, at the same instant: one identity opens one account, and one way in remains."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from tests.accounts.providing import LINKING, LOGIN, REMOVAL, continue_with, leave, link
from tests.accounts.signing import make_user, sign_in
from tests.fixtures.providers import Elsewhere
from tests.races.together import Request, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


def patient() -> Client:
    """A browser in which a failure is the page that people would see."""
    return Client(raise_request_exception=False)


def coming_back(client: Client, path: str) -> Request:
    return lambda: client.get(path)


def pressing(client: Client, path: str) -> Request:
    def press() -> HttpResponseBase:
        return client.post(path)

    return press


def test_of_two_sign_ups_of_one_identity_one_account_comes(elsewhere: Elsewhere) -> None:
    for number in range(ROUNDS):
        email = f"nora{number}@example.com"
        subject, one, other = elsewhere.knows(email), patient(), patient()
        backs = [elsewhere.agree(leave(client, LOGIN.format("example")), subject) for client in (one, other)]
        answers = together(coming_back(one, backs[0]), coming_back(other, backs[1]))
        assert statuses(answers) == [302, 302]
        assert User.objects.filter(email=email).count() == SocialAccount.objects.filter(uid=subject).count() == 1


def test_of_two_clicks_one_comes_back(elsewhere: Elsewhere) -> None:
    for number in range(ROUNDS):
        subject, client = elsewhere.knows(f"nora{number}@example.com"), patient()
        back = elsewhere.agree(leave(client, LOGIN.format("example")), subject)
        twin = patient()
        twin.cookies = client.cookies
        assert statuses(together(coming_back(client, back), coming_back(twin, back))) == [302, 302]
        assert SocialAccount.objects.filter(uid=subject).count() == 1


def test_of_two_who_link_one_identity_one_has_it(elsewhere: Elsewhere) -> None:
    for number in range(ROUNDS):
        subject, clients = elsewhere.knows(f"shared{number}@example.com"), [patient(), patient()]
        for client, name in zip(clients, ("nora", "olga"), strict=True):
            make_user(f"{name}{number}@example.com")
            sign_in(client, f"{name}{number}@example.com")
        backs = [elsewhere.agree(leave(client, LINKING.format("example")), subject) for client in clients]
        answers = together(*(coming_back(client, back) for client, back in zip(clients, backs, strict=True)))
        assert statuses(answers) == [302, 302]
        assert SocialAccount.objects.filter(uid=subject).count() == 1


def test_of_the_last_two_ways_in_one_remains(elsewhere: Elsewhere) -> None:
    for number in range(ROUNDS):
        client, email = patient(), f"nora{number}@example.com"
        continue_with(client, elsewhere, elsewhere.knows(email))
        link(client, elsewhere, elsewhere.knows(f"other{number}@example.com"), provider="other")
        twin = patient()
        twin.cookies = client.cookies
        together(pressing(client, REMOVAL.format("example")), pressing(twin, REMOVAL.format("other")))
        assert SocialAccount.objects.filter(user__email=email).count() == 1
