"""Links in mails begin with SITE_URL, whatever Host the request gave."""

import pytest
from django.conf import settings
from django.test import Client

from audit.models import Event
from outbox.models import Mail
from tests.accounts.signing import prove
from tests.cast import Cast

pytestmark = pytest.mark.django_db

PASSWORD = "a long and odd passphrase"


@pytest.mark.parametrize("host", ["localhost:6666", "127.0.0.1:81"])
def test_a_made_up_port_is_in_no_mail(cast: Cast, host: str) -> None:
    cast.mia.user.set_password(PASSWORD)
    cast.mia.user.save()
    visitor = Client(headers={"Host": host})
    new = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    visitor.post("/accounts/signup/", new)
    visitor.post("/accounts/signup/", {**new, "email": "mia.member@example.com"})
    visitor.post("/accounts/password/reset/", {"email": "mia.member@example.com"})
    visitor.post("/accounts/password/reset/", {"email": "unknown@example.com"})
    mails = {mail.kind: mail for mail in Mail.objects.all()}
    assert set(mails) == {"verification", "account-exists", "password-reset", "unknown-account"}
    for mail in mails.values():
        assert host not in mail.text + mail.html
        assert f"{settings.SITE_URL}/accounts/" in mail.text


def test_leaving_and_adding_an_address_stand_in_the_persons_log(cast: Cast) -> None:
    mia = prove(cast.mia.client)
    for _ in range(2):
        mia.post("/profile/preferences/addresses/new/", {"email": "other@example.com"})
    mia.post("/accounts/logout/")
    events = Event.objects.filter(subject_id=cast.mia.user.pk).order_by("id").values_list("action", "outcome")
    assert list(events) == [
        ("account.address_added", "done"),
        ("account.address_added", "denied"),
        ("account.signed_out", "done"),
    ]
