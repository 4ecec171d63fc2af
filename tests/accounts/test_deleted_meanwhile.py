"""An account is deleted in one tab while another one sends a form: nothing is done, and nothing is an error of ours."""

from typing import Any

import pytest
from django.test import Client

from accounts.actions import make_primary
from accounts.models import User
from tests.accounts.addressing import OLD, PAGE
from tests.accounts.signing import is_signed_in, make_user, sign_in

pytestmark = pytest.mark.django_db

ACTION = "accounts.views.addresses.make_primary"


def test_the_other_tab_is_asked_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(OLD)
    browser = Client()
    sign_in(browser, OLD)

    def change_too_late(**arguments: Any) -> object:
        User.objects.filter(email=OLD).delete()
        return make_primary(**arguments)

    monkeypatch.setattr(ACTION, change_too_late)
    answer = browser.post(f"{PAGE}primary/", {"email": OLD})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert not is_signed_in(browser)


def test_an_account_that_is_missing_for_another_reason_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(OLD)
    browser = Client()
    sign_in(browser, OLD)

    def miss(**_arguments: Any) -> object:
        raise User.DoesNotExist

    monkeypatch.setattr(ACTION, miss)
    with pytest.raises(User.DoesNotExist):
        browser.post(f"{PAGE}primary/", {"email": OLD})
