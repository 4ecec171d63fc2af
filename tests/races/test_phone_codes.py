"""One code by text message, given many times at once: it counts once (issue 3, *Show*; ATTACKS 12)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.factors.phones import BINDING
from accounts.models import Phone
from tests.accounts.factors import answer, give_app
from tests.accounts.phones import give_phone
from tests.accounts.signing import is_signed_in, make_user, sign_in
from tests.races.together import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_of_ten_at_once_one_code_counts_once_in_each_of_a_hundred_rounds() -> None:
    """Issue 3, *Show*: our devices stand 10 threads with one code, 100 rounds, on PostgreSQL."""
    user = make_user("erin@example.com")
    phone = give_phone(user)
    at_once = threading.Barrier(10, timeout=20)

    def leave(_number: int) -> None:
        at_once.wait()
        connection.close()

    def take(code: str) -> bool:
        own = Phone.objects.get(pk=phone.pk)
        at_once.wait()
        return own.accept(code, "here")

    # One connection a thread, which ends with it.
    with ThreadPoolExecutor(10) as threads:
        for _ in range(100):
            code, _until = phone.new_code("here")
            assert sum(threads.map(take, [code] * 10)) == 1
        list(threads.map(leave, range(10)))


def test_of_ten_sign_ins_at_once_with_one_code_one_is_signed_in(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    user = make_user("erin@example.com")
    give_app(user)
    phone = give_phone(user)
    clients = [Client(raise_request_exception=False) for _ in range(10)]
    for client in clients:
        sign_in(client, user.email)
        session = client.session
        session[BINDING] = "here"
        session.save()
    cache.clear()
    code, _until = phone.new_code("here")
    together(*[partial(answer, client, code, "phone") for client in clients])
    assert sum(is_signed_in(client) for client in clients) == 1
