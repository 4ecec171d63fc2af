"""Asked once more who one is: an answer that comes too late leads to a page from which one can do it again."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.access import CARRIED_FOR
from tests.accounts.signing import PASSWORD, make_user, sign_in
from tests.reading import body, words

pytestmark = pytest.mark.django_db

NINA = "nina.newcomer@example.com"
MADE_UP = "01a201e7-dc20-70c3-8d1d-94eaf5ffa132"
TOO_LATE = "That took too long. Please do it once more."

# Where the question is asked, and the page above it.
PAGES = {
    f"/profile/security/sessions/{MADE_UP}/ending/": "/profile/security/sessions/",
    "/profile/security/sessions/others/ending/": "/profile/security/sessions/",
    f"/profile/security/browsers/{MADE_UP}/revocation/": "/profile/security/",
    "/profile/security/linked-accounts/example/removal/": "/profile/security/",
    "/profile/security/mfa/authenticator/new/": "/profile/security/mfa/",
    "/profile/security/mfa/phone/code/": "/profile/security/mfa/",
    "/profile/security/mfa/backup-codes/renewal/": "/profile/security/mfa/backup-codes/",
    "/profile/security/mfa/passkeys/new/challenge/": "/profile/security/mfa/passkeys/new/",
    "/profile/preferences/addresses/new/?from=mail": "/profile/preferences/addresses/",
    "/profile/preferences/deletion/": "/profile/preferences/",
}


@pytest.fixture
def nina() -> Client:
    """Nina's browser; she signed in by her password."""
    make_user(NINA)
    client = Client()
    sign_in(client, NINA)
    return client


def carried_on(page: str) -> str:
    [carried] = re.findall(r'name="carried" value="([^"]+)"', page)
    return unescape(carried)


@pytest.mark.parametrize("path", PAGES)
def test_an_answer_that_comes_too_late_leads_to_the_page_above(nina: Client, path: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)) as clock:
        asked = nina.post(path)
        assert "Confirm that it is you" in words(asked)
        clock.shift(CARRIED_FOR + timedelta(seconds=1))
        answer = {"proof": "password", "password": PASSWORD, "carried": carried_on(body(asked))}
        page = nina.post(path, answer, follow=True)
        assert page.redirect_chain[0] == (PAGES[path], 302)
        assert page.status_code == 200
        assert TOO_LATE in words(page) or "Confirm that it is you" in words(page)


@pytest.mark.parametrize("path", PAGES)
def test_choices_at_the_edges_of_the_question_lead_to_a_page_too(nina: Client, path: str) -> None:
    """A language, or cookies: what may only be sent to cannot be come back to."""
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        page = body(nina.post(path))
        ways_back = set(re.findall(r'name="next" value="([^"]+)"', page))
        assert ways_back == {PAGES[path]}
        assert f'href="/cookies/?next={PAGES[path]}"' in page


def test_what_was_carried_to_another_address_is_not_taken_there(nina: Client) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        asked = nina.post("/profile/security/sessions/others/ending/")
        answer = {"proof": "password", "password": PASSWORD, "carried": carried_on(body(asked))}
        page = nina.post("/profile/preferences/deletion/", answer, follow=True)
    assert TOO_LATE in words(page)
