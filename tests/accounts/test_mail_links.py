"""Links in mails begin with SITE_URL, whatever Host the request gave."""

from typing import cast

import pytest
from django.conf import settings
from django.test import Client

from accounts.addresses import begin_verification
from audit.models import Event
from console.origin import OriginRequest
from outbox.models import Mail
from tests.cast import Cast

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

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


@pytest.fixture
def people(cast: Cast) -> Cast:
    """The cast, by a name that leaves `typing.cast` alone."""
    return cast


def test_leaving_and_adding_an_address_stand_in_the_persons_log(people: Cast) -> None:
    request = cast("OriginRequest", people.mia.client.get("/profile/preferences/").wsgi_request)
    assert begin_verification(request, people.mia.user, "other@example.com")
    assert not begin_verification(request, people.mia.user, "other@example.com")
    people.mia.client.post("/accounts/logout/")
    actions = list(Event.objects.filter(subject_id=people.mia.user.pk).order_by("id").values_list("action", flat=True))
    assert actions == ["account.address_added", "account.signed_out"]
