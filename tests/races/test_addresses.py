"""What one account, or one of two, may do once with addresses and passwords, done several times at the same instant."""

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from tests.accounts.signing import PASSWORD, make_user, sign_in, verification_link
from tests.races.together import Request, together
from tests.reading import link_in, mails_to

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

PAGE = "/profile/preferences/addresses/"
VERA, NEW = "vera@example.com", "vera.new@example.com"


def browser(email: str) -> Client:
    client = Client(raise_request_exception=False)
    sign_in(client, email)
    return client


def adding(client: Client, email: str) -> Request:
    return lambda: client.post(f"{PAGE}new/", {"email": email})


def primaries(user: User) -> list[str]:
    return list(EmailAddress.objects.filter(user=user, primary=True).values_list("email", flat=True))


def test_of_eight_added_at_once_as_many_get_in_as_there_is_room_for() -> None:
    vera = make_user(VERA)
    EmailAddress.objects.bulk_create(EmailAddress(user=vera, email=f"vera.{n}@example.com") for n in range(7))
    clients = [browser(VERA) for _ in range(8)]
    answers = together(*(adding(client, f"vera.more.{n}@example.com") for n, client in enumerate(clients)))
    assert sorted(answer.status_code for answer in answers) == [200] * 6 + [302] * 2
    assert EmailAddress.objects.filter(user=vera).count() == 10


def test_of_two_accounts_that_verify_one_address_at_once_one_has_it() -> None:
    for number in range(5):
        email = f"wanted.{number}@example.com"
        people = [make_user(f"{name}.{number}@example.com") for name in ("vera", "rita")]
        requests: list[Request] = []
        for person in people:
            client = browser(person.email)
            client.post(f"{PAGE}new/", {"email": email})
            requests.append(posting(client, verification_link(email)))
        answers = together(*requests)
        assert {answer.status_code for answer in answers} == {302}
        assert EmailAddress.objects.filter(email=email, verified=True).count() == 1


def test_two_changes_of_the_primary_address_and_its_undoing_leave_one_primary() -> None:
    vera = make_user(VERA)
    first, second = browser(VERA), browser(VERA)
    for email in (NEW, "vera.third@example.com"):
        EmailAddress.objects.create(user=vera, email=email, verified=True)
    first.post(f"{PAGE}primary/", {"email": NEW})
    undo = link_in(mails_to(VERA, "primary-address-undo")[0])
    answers = together(
        posting(Client(raise_request_exception=False), undo),
        lambda: first.post(f"{PAGE}primary/", {"email": "vera.third@example.com"}),
        lambda: second.post(f"{PAGE}removal/", {"email": VERA}),
        posting(Client(raise_request_exception=False), undo),
    )
    assert all(answer.status_code < 500 for answer in answers)
    vera.refresh_from_db()
    assert primaries(vera) == [vera.email] == [VERA]
    assert not vera.has_usable_password()
    assert not vera.sessions.exists()


def test_of_two_new_passwords_at_once_the_second_finds_its_current_one_wrong() -> None:
    make_user(VERA)
    clients = [browser(VERA), browser(VERA)]

    def changing(client: Client, new: str) -> Request:
        fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        return lambda: client.post("/profile/security/password/", fields)

    answers = together(*(changing(client, f"walnut-ferry-{n}8") for n, client in enumerate(clients)))
    changed = [answer for answer in answers if answer.headers.get("Location") == "/profile/security/"]
    assert len(changed) == 1
    assert all(answer.status_code < 500 for answer in answers)


def posting(client: Client, path: str) -> Request:
    def send() -> HttpResponseBase:
        return client.post(path)

    return send
