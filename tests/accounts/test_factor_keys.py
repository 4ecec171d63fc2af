"""What is sealed or digested under a key stays good when there is a newer key (ASVS 11.2.2)."""

import logging
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from console.sealing import fingerprint, fingerprints
from tests.accounts.factors import give_app, give_codes
from tests.accounts.signing import make_user

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

OLD, NEW, OTHER = (f"{name}-key-that-is-long-and-random" for name in ("an-old", "a-new", "another"))


@pytest.fixture
def mia(settings: Settings) -> User:
    settings.ENCRYPTION_KEYS = [OLD]
    return make_user("mia.member@example.com")


def test_apps_and_backup_codes_outlive_a_new_key(mia: User, settings: Settings) -> None:
    app, codes = give_app(mia), give_codes(mia)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert app.device.accept(app.code())
    assert mia.backup_codes.accept(codes[0])


def test_without_the_old_key_nothing_is_right_and_the_log_says_why(
    mia: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app, codes = give_app(mia), give_codes(mia)
    code, secret = app.code(), app.device.secret
    settings.ENCRYPTION_KEYS = [NEW]
    with caplog.at_level(logging.WARNING):
        assert not app.device.accept(code)
    assert not mia.backup_codes.accept(codes[0])
    assert "ENCRYPTION_KEYS lacks its key" in caplog.text
    assert code not in caplog.text
    assert secret not in caplog.text


def test_a_digest_is_of_its_key_and_its_purpose(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]
    old = fingerprint("a code", purpose="tests.one")
    assert fingerprint("a code", purpose="tests.other") != old
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert fingerprint("a code", purpose="tests.one") != old
    assert fingerprints("a code", purpose="tests.one")[1] == old


def test_the_same_codes_of_two_people_have_other_digests(mia: User) -> None:
    rita = make_user("rita.rival@example.com")
    give_codes(mia)
    give_codes(rita)
    digests = [set(user.backup_codes.codes.values_list("digest", flat=True)) for user in (mia, rita)]
    assert not digests[0] & digests[1]


def test_sealed_again_an_app_needs_the_old_key_no_more(mia: User, settings: Settings) -> None:
    app = give_app(mia)
    secret = app.device.secret
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("reseal", stdout=StringIO())
    settings.ENCRYPTION_KEYS = [NEW]
    app.device.refresh_from_db()
    assert app.device.secret == secret
    assert app.device.accept(app.code())


def test_what_cannot_be_sealed_again_is_said_and_the_rest_is_done(mia: User, settings: Settings) -> None:
    lost = give_app(mia)
    settings.ENCRYPTION_KEYS = [OTHER]
    kept = give_app(make_user("rita.rival@example.com"))
    settings.ENCRYPTION_KEYS = [NEW, OTHER]
    with pytest.raises(CommandError, match="1 secrets cannot be opened"):
        call_command("reseal", stdout=StringIO())
    settings.ENCRYPTION_KEYS = [NEW]
    kept.device.refresh_from_db()
    assert kept.device.accept(kept.code())
    settings.ENCRYPTION_KEYS = [OLD]
    lost.device.refresh_from_db()
    assert lost.device.accept(lost.code())
