"""One answer of a passkey, sent many times at the same instant."""

from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from accounts.actions import verify_factor
from accounts.factors import passkeys
from accounts.factors.kinds.passkey import PASSKEY, Answer
from accounts.models import Passkey, User
from audit.actors import Actor
from audit.models import Event
from console.refusal import Refused
from tests.accounts.passkeys import ALONE, ask, enrol
from tests.accounts.signing import make_user, sign_in
from tests.authenticator import Authenticator
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

THREADS = 10
ROUNDS_OF_PAGES = 5
ROUNDS_WITHOUT_LOCK = 20


@pytest.fixture
def nora(transactional_db: None) -> User:
    return make_user("nora@example.com")


@pytest.fixture
def device(nora: User) -> Authenticator:
    """Nora's synced passkey: what it says of its uses helps nobody, it counts none."""
    client = Client()
    sign_in(client, nora.email)
    return enrol(client)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same code with its locks taken out."""

    def left_out(queryset: QuerySet[Any], **_options: Any) -> QuerySet[Any]:
        return queryset

    monkeypatch.setattr(QuerySet, "select_for_update", left_out)


def give_at_once(nora: User, device: Authenticator) -> list[int]:
    """One answer as a second factor, in as many requests as there are threads, which all hold the question."""
    options, challenge = passkeys.factor_options(nora)
    answer = Answer(device.get(options), challenge)

    def give() -> HttpResponseBase:
        try:
            verify_factor(user=nora, kind=PASSKEY, answer=answer, by=Actor.system())
        except Refused:
            return HttpResponse(status=409)
        return HttpResponse()

    return statuses(together(*[give] * THREADS))


def same_browser(client: Client) -> Client:
    """One more of the browser's tabs, with the same session."""
    tab = Client(raise_request_exception=False)
    tab.cookies.load({name: cookie.value for name, cookie in client.cookies.items()})
    return tab


@pytest.mark.parametrize("rounds", [20, pytest.param(100, marks=pytest.mark.long)])
def test_as_a_second_factor_it_counts_once(nora: User, device: Authenticator, rounds: int) -> None:
    for _ in range(rounds):
        assert give_at_once(nora, device) == [200] + [409] * (THREADS - 1)


@pytest.mark.usefixtures("unlocked")
def test_the_lock_is_not_all_that_holds(nora: User, device: Authenticator) -> None:
    """Noting the use is one statement: without the lock of the user, too, one success."""
    for _ in range(ROUNDS_WITHOUT_LOCK):
        assert give_at_once(nora, device).count(200) == 1


@pytest.mark.usefixtures("unlocked")
def test_without_that_statement_it_counts_more_often(
    nora: User, device: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof that the tests above can fail."""
    monkeypatch.setattr(Passkey, "use", lambda passkey, asked_at: True)
    assert any(give_at_once(nora, device).count(200) > 1 for _ in range(ROUNDS_WITHOUT_LOCK))


def test_to_sign_in_with_alone_it_opens_one_session(nora: User, device: Authenticator) -> None:
    for _ in range(ROUNDS_OF_PAGES):
        # What counts here is the lock, not how often an address may ask.
        cache.clear()
        before = Event.objects.filter(action="account.signed_in", outcome="done").count()
        asked = Client()
        answer = device.get(ask(asked, ALONE))
        tabs = [same_browser(asked) for _ in range(THREADS)]
        answers = together(*[partial(tab.post, ALONE, {"answer": answer}) for tab in tabs])
        assert Event.objects.filter(action="account.signed_in", outcome="done").count() == before + 1
        assert {answer.status_code for answer in answers} == {302}
