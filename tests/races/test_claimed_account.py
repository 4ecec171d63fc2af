"""Somebody proves an address that another has signed up with, while an organization is about to name that account."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from accounts import signals
from accounts.actions.accounts import claim_account
from accounts.models import Notification, User
from audit.actors import Actor
from tests.cast import make_person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def name_it(user: User) -> None:
    """As a transaction does that holds an organization's lock: it must not wait for who waits for that lock."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            Notification.objects.create(user=user, kind="invitation", target_id=uuid4(), address="/")
    finally:
        connection.close()


def test_whoever_names_it_need_not_wait_for_the_claim() -> None:
    user = make_person("nora.new@example.com", verified=False).user

    def meanwhile(user: User, **_: Any) -> None:
        with ThreadPoolExecutor(1) as threads:
            threads.submit(name_it, user).result(timeout=20)

    signals.address_verified.connect(meanwhile)
    try:
        with transaction.atomic():
            assert claim_account(email=user.email, password=None, by=Actor.system()) == user
    finally:
        signals.address_verified.disconnect(meanwhile)
    assert Notification.objects.get().user == user
