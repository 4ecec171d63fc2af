"""Never mail me again: the page behind the link, the button of a mail program, and taking it back."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from outbox.letters import Letter, Link, send
from outbox.models import Suppression
from outbox.suppression import choice_address, is_suppressed, suppress, suppressed_among
from tests.reading import body, main_words, posts, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ADA = "ada.lovelace@example.com"
KIND = Suppression.Kind.INVITATIONS


@pytest.fixture
def page() -> str:
    """The path of Ada's page."""
    return choice_address(ADA)


def test_looking_changes_nothing(client: Client, page: str) -> None:
    said = main_words(client.get(page))
    assert ADA in said
    assert "Never mail me an invitation again" in said
    assert not Suppression.objects.exists()


def test_one_button_refuses_and_another_takes_it_back(page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(page)
    assert answer.status_code == 200
    assert "You get no more invitations" in words(answer)
    assert is_suppressed(ADA, KIND)
    assert posts(answer)[-1:] == [f"{page}consent/"] or f"{page}consent/" in posts(answer)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', body(answer))[0]
    answer = client.post(f"{page}consent/", {"csrfmiddlewaretoken": token}, follow=True)
    assert f"Invitations to {ADA} are mailed again." in words(answer)
    assert not is_suppressed(ADA, KIND)


def test_a_mail_program_does_it_with_one_click_and_no_session(page: str) -> None:
    """RFC 8058: a POST without cookies, which is not redirected."""
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(page, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
    assert Suppression.objects.count() == 1


def test_taking_it_back_is_not_done_from_elsewhere(page: str) -> None:
    suppress(ADA, KIND)
    assert Client(enforce_csrf_checks=True).post(f"{page}consent/").status_code == 403
    assert is_suppressed(ADA, KIND)


def test_a_link_that_was_made_up_or_cut_says_so(client: Client, page: str) -> None:
    for path in (page[:-6] + "/", "/mail/made-up/", "/mail/made-up/consent/"):
        for answer in (client.post(path),) if path.endswith("consent/") else (client.get(path), client.post(path)):
            assert answer.status_code == 404
            assert "This link is not valid" in words(answer)
    assert not Suppression.objects.exists()


def test_the_address_itself_is_not_kept(page: str) -> None:
    suppress("Ada.Lovelace@Example.com", KIND)
    row = Suppression.objects.get()
    assert re.fullmatch(r"[0-9a-f]{64}", row.fingerprint)
    assert ADA not in page
    assert suppressed_among([ADA, "bob@example.com"], KIND) == {ADA}


def test_it_holds_when_the_keys_change(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["an older key that is long enough"]
    page = choice_address(ADA)
    suppress(ADA, KIND)
    settings.ENCRYPTION_KEYS = ["a newer key that is long enough", "an older key that is long enough"]
    assert is_suppressed(ADA, KIND)
    assert ADA in main_words(Client().get(page))
    suppress(ADA, KIND)
    assert Suppression.objects.count() == 1


def test_mail_programs_find_the_button(page: str) -> None:
    url = f"https://console.example.com{page}"
    letter = Letter(subject="Join", paragraphs=["Come."], reason="Because.", stop=Link("Never again", url))
    mail = send(letter, to=ADA, kind="invitation")
    raw = mail.message().message().as_bytes().decode()
    # On one line and as it is: what is encoded no mail program reads.
    assert f"\nList-Unsubscribe: <{url}>\n" in raw
    assert "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in raw
    assert f"Never again: {url}" in mail.text
    assert f'<a href="{url}">Never again</a>' in mail.html


def test_other_mails_have_none() -> None:
    mail = send(Letter(subject="Verify", paragraphs=["Do."], reason="Because."), to=ADA, kind="verification")
    assert "List-Unsubscribe" not in mail.headers
