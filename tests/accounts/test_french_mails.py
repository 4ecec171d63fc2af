"""French of the mails and text messages about an account: one of each kind, sent to somebody who reads French."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.models.guard import ALARMING
from accounts.tasks import complete_recoveries
from outbox.forgetting import FAREWELL
from outbox.models import Mail
from tests.accounts.addressing import NEW, OLD, THIRD, add, add_verified, make_primary, remove, undo_link
from tests.accounts.deleting import close
from tests.accounts.exporting import made
from tests.accounts.factors import CODES, MFA, answer, enrol, give_app, proof_on, shown_codes
from tests.accounts.phones import code_sent_to, texts_to
from tests.accounts.providing import link, unlink
from tests.accounts.signing import browser_of, change_password, make_user, sign_in
from tests.cast import Person
from tests.console.french import english_in
from tests.fixtures.providers import Elsewhere
from tests.reading import link_in, mails_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files")]

RECOVERY = "/accounts/login/recovery/"


@pytest.fixture
def vera(db: None) -> User:
    """Somebody who has chosen French."""
    user = make_user(OLD)
    User.objects.filter(pk=user.pk).update(language="fr", first_name="Vera")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def browser(vera: User) -> Client:
    """Her browser, which asks for English; she has just signed in."""
    return browser_of(OLD)


def kinds_sent() -> set[str]:
    """The kinds of mail that were sent, once each was found to be French."""
    mails = list(Mail.objects.exclude(state="withdrawn"))
    for mail in mails:
        assert english_in(f"{mail.subject} · {mail.text} · {mail.html}") == [], mail.kind
        assert '<html lang="fr"' in mail.html, mail.kind
    return {mail.kind for mail in mails}


def test_mails_about_addresses_are_french(vera: User, browser: Client) -> None:
    add(browser, THIRD)
    remove(browser, THIRD)
    add_verified(browser, NEW)
    make_primary(browser, NEW)
    Client().post(undo_link())
    assert kinds_sent() == {
        "verification",
        "address-added",
        "address-removed",
        "primary-address",
        "primary-address-undo",
        "primary-address-restored",
    }
    undo = mails_to(OLD, "primary-address-undo")[0]
    assert undo.subject == "Votre adresse e-mail principale a changé"
    assert f"adresse principale de votre compte est maintenant {NEW}." in undo.text


def test_mails_about_the_password_and_another_browser_are_french(vera: User, browser: Client) -> None:
    sign_in(Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}), OLD)
    change_password(browser, "walnut-ferry-38")
    assert kinds_sent() == {"new-device", "password-changed"}
    assert mails_to(OLD, "new-device")[0].subject == "Nouvelle connexion : Firefox 140 sur Linux"


def test_mails_about_second_factors_are_french(vera: User, browser: Client) -> None:
    enrol(browser)
    browser.post(f"{CODES}renewal/")
    [code, another, *_more] = shown_codes(browser)
    halfway = Client()
    sign_in(halfway, OLD)
    answer(halfway, code, "backup_codes")
    removal = f"{MFA}authenticator/{vera.authenticators.get().pk}/removal/"
    browser.post(removal, proof_on(browser.post(removal), another, "backup_codes"))
    assert kinds_sent() >= {"factor-added", "backup-codes-renewed", "backup-code-used", "factor-removed"}
    assert "Il en reste 9." in mails_to(OLD, "backup-code-used")[0].text


def test_the_mail_about_guesses_is_french(vera: User) -> None:
    app = give_app(vera)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _attempt in range(ALARMING):
            halfway = Client()
            sign_in(halfway, OLD)
            answer(halfway, app.wrong_code())
            clock.shift(timedelta(hours=2))
    assert kinds_sent() == {"factor-guessed"}


def test_mails_about_recovery_are_french(vera: User) -> None:
    give_app(vera)
    halfway = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(halfway, OLD)
        halfway.post(RECOVERY)
        Client().post(link_in(mails_to(OLD, "recovery-asked")[0]))
        clock.shift(timedelta(days=1, seconds=1))
        sign_in(halfway, OLD)
        halfway.post(RECOVERY)
        clock.shift(timedelta(days=1, seconds=1))
        complete_recoveries()
    assert kinds_sent() == {"recovery-asked", "recovery-cancelled", "recovery-completed"}


def test_mails_about_linked_accounts_are_french(vera: User, browser: Client, elsewhere: Elsewhere) -> None:
    link(browser, elsewhere, elsewhere.knows("vera@elsewhere.example"))
    unlink(browser)
    assert kinds_sent() == {"provider-linked", "provider-unlinked"}
    assert mails_to(OLD, "provider-linked")[0].subject == "Compte Example associé"


def test_mails_about_ones_data_and_the_last_one_are_french(vera: User) -> None:
    made(vera)
    assert kinds_sent() == {"export-ready"}
    close(Person(vera))
    assert kinds_sent() == {FAREWELL}


def test_a_code_by_text_message_is_french_and_fits_into_one(vera: User, browser: Client, settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"
    enrol(browser)
    browser.post(f"{MFA}phone/new/", {"phone_country": "FR", "phone": "06 12 34 56 78"})
    [text] = texts_to()
    sentences = f"{code_sent_to()} est votre code Console. Il est valable 10 minutes. Ne le donnez à personne."
    assert text.startswith(sentences)
    # Each letter is of the alphabet that a message holds 160 letters of (3GPP TS 23.038).
    assert len(text) <= 160
    assert {letter for letter in text if not letter.isascii()} == {"à"}
