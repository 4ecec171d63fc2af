"""Backup codes on the page that shows them, once, and makes new ones (text 002, section 2.4)."""

import re
from html import unescape
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import BackupCode, User
from accounts.models.authenticator import code_at, step_now
from tests.accounts.factors import (
    CODES,
    MFA,
    NEW,
    answer,
    enrol,
    is_in,
    key_on,
    shown_codes,
)
from tests.accounts.signing import browser_of, sign_in
from tests.reading import body, links, mails_to, main_words, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(mia: User) -> Client:
    """A browser in which Mia has just signed in."""
    return browser_of(mia.email)


class TestBackupCodes:
    """Ten, with the first factor."""

    def test_they_come_with_the_first_factor_and_are_shown_once(self, client: Client) -> None:
        added = client.post(NEW, {"code": code_at(step_now(), key_on(client))})
        assert added.headers["Location"] == CODES
        assert len(shown_codes(client)) == 10
        assert shown_codes(client) == []
        assert "10 codes are left." in main_words(client.get(CODES))

    def test_a_look_by_head_does_not_use_them_up(self, client: Client) -> None:
        enrol(client)
        client.head(CODES)
        assert len(shown_codes(client)) == 10

    def test_they_wait_for_ten_minutes_at_most(self, client: Client) -> None:
        with time_machine.travel(timezone.now()) as clock:
            enrol(client)
            clock.shift(601)
            assert shown_codes(client) == []

    def test_they_work(self, client: Client, mia: User) -> None:
        enrol(client)
        code = shown_codes(client)[3]
        other = Client()
        sign_in(other, mia.email)
        answer(other, code, "backup_codes")
        assert is_in(other)

    def test_they_can_be_copied_printed_and_downloaded_as_text(self, client: Client, mia: User) -> None:
        enrol(client)
        page = client.get(CODES)
        codes = re.findall(r"<code>(\w{5}-\w{5})</code>", body(page))
        [file] = [link for link in links(page) if link.startswith("data:text/plain")]
        text = unquote(file.partition(",")[2])
        assert text.splitlines()[0] == f"Backup codes of {mia.email} for Console"
        assert text.splitlines()[4:] == codes
        assert 'download="backup-codes.txt"' in body(page)
        assert unescape(re.findall(r'data-copy="([^"]+)"', body(page))[0]).split() == codes
        assert "data-print" in body(page)

    def test_the_page_is_kept_by_no_cache(self, client: Client) -> None:
        enrol(client)
        assert "no-store" in client.get(CODES).headers["Cache-Control"]

    def test_a_second_factor_brings_no_new_ones(self, client: Client) -> None:
        enrol(client)
        shown_codes(client)
        enrol(client, "Tablet")
        assert shown_codes(client) == []

    def test_new_ones_end_the_former(self, client: Client, mia: User) -> None:
        enrol(client)
        [former, *_others] = shown_codes(client)
        assert client.post(f"{CODES}renewal/").headers["Location"] == CODES
        assert former not in shown_codes(client)
        assert BackupCode.objects.filter(codes__user=mia).count() == 10
        assert mails_to(mia.email, "backup-codes-renewed")
        other = Client()
        sign_in(other, mia.email)
        answer(other, former, "backup_codes")
        assert not is_in(other)

    def test_without_a_factor_there_are_none(self, client: Client, mia: User) -> None:
        assert "Add an authenticator app or a passkey first." in words(client.post(f"{CODES}renewal/", follow=True))
        assert not BackupCode.objects.exists()

    def test_few_are_warned_of(self, client: Client, mia: User) -> None:
        enrol(client)
        for code in shown_codes(client)[:7]:
            mia.backup_codes.accept(code.replace("-", ""))
        for page in (MFA, CODES):
            assert "3 codes are left. Make new ones." in main_words(client.get(page))
        assert "3 left" in main_words(client.get("/profile/security/"))
