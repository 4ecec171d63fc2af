"""Staff see where people are signed in, and end it; nothing that they see opens a session."""

import pytest
from django.test import Client

from accounts.models import Session, User
from audit.models import Event
from tests.accounts.signing import is_signed_in, sign_in
from tests.cast import make_person

pytestmark = pytest.mark.django_db

NINA = "nina.new@example.com"
LIST = "/admin/accounts/session/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def staff() -> Client:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client


@pytest.fixture
def ninas(nina: User) -> Client:
    client = Client(headers={"User-Agent": LINUX}, REMOTE_ADDR="198.51.100.7")
    sign_in(client, NINA)
    return client


def test_they_see_when_and_where(staff: Client, ninas: Client) -> None:
    page = staff.get(LIST, {"q": NINA}).text
    assert "Firefox 140 on Linux" in page
    assert "198.51.100.7" in page


def test_they_see_no_key(staff: Client, ninas: Client, nina: User) -> None:
    key = ninas.cookies["sessionid"].value
    [session] = Session.objects.of(nina.pk)
    for address in (LIST, f"{LIST}{session.pk}/change/", f"/admin/accounts/user/{nina.pk}/change/"):
        page = staff.get(address)
        assert page.status_code == 200, address
        assert key not in page.text, address
    assert key not in str(session)


def test_they_end_one(staff: Client, ninas: Client, nina: User) -> None:
    [session] = Session.objects.of(nina.pk)
    page = staff.post(LIST, {"action": "end", "_selected_action": str(session.pk)}, follow=True).text
    assert "1 session is ended." in page
    assert not is_signed_in(ninas)
    event = Event.objects.get(action="account.session_ended")
    assert (event.actor_kind, event.subject_id) == ("staff", nina.pk)


def test_a_visitors_session_is_not_there(staff: Client) -> None:
    visitor = Client()
    visitor.post("/accounts/login/", {"login": NINA, "password": "wrong"})
    session = Session.objects.create(session_key="x" * 32, session_data="", expire_date="2999-01-01T00:00Z")
    assert staff.get(f"{LIST}{session.pk}/change/").status_code == 302
