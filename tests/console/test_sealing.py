"""Sealing: what it opens for whom, for how long, and how a key gives way to another (ASVS 11.2.2, 11.3.2)."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from console.sealing import Unreadable, fingerprint, fingerprints, reseal, seal, unseal

OLD, NEW = "an-old-key-that-is-long-and-random", "a-new-key-that-is-long-and-random"
PURPOSE, OTHER = "tests.one", "tests.other"


@pytest.fixture(autouse=True)
def old_key(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [OLD]


def opens(sealed: str, purpose: str = PURPOSE) -> bool:
    try:
        unseal(sealed, purpose=purpose)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("text", ["", "a secret", "Zoë 💙", "x" * 10_000])
def test_what_was_sealed_opens_and_does_not_show(text: str) -> None:
    sealed = seal(text, purpose=PURPOSE)
    assert unseal(sealed, purpose=PURPOSE) == text
    assert not text or text not in sealed
    assert seal(text, purpose=PURPOSE) != sealed


def test_it_opens_for_its_purpose_only() -> None:
    assert not opens(seal("a secret", purpose=PURPOSE), OTHER)


@pytest.mark.parametrize("made_up", ["", "made-up", "gAAAAA", "é", "\x00"])
def test_what_was_not_sealed_here_does_not_open(made_up: str) -> None:
    assert not opens(made_up)
    with pytest.raises(Unreadable):
        reseal(made_up, purpose=PURPOSE)


def test_what_was_changed_does_not_open() -> None:
    sealed = seal("a secret", purpose=PURPOSE)
    middle = len(sealed) // 2
    changed = "A" if sealed[middle] != "A" else "B"
    assert not opens(sealed[:middle] + changed + sealed[middle + 1 :])


def test_it_opens_within_its_time_only() -> None:
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        sealed = seal("a secret", purpose=PURPOSE)
        clock.shift(timedelta(minutes=10))
        assert unseal(sealed, purpose=PURPOSE, within=timedelta(minutes=10)) == "a secret"
        clock.shift(timedelta(seconds=1))
        with pytest.raises(Unreadable):
            unseal(sealed, purpose=PURPOSE, within=timedelta(minutes=10))
        assert opens(sealed)


def test_a_new_key_opens_nothing_of_the_old_one_alone(settings: Settings) -> None:
    sealed = seal("a secret", purpose=PURPOSE)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    assert opens(sealed)
    settings.ENCRYPTION_KEYS = [NEW]
    assert not opens(sealed)


def test_sealed_again_it_needs_the_old_key_no_more(settings: Settings) -> None:
    sealed = seal("a secret", purpose=PURPOSE)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    renewed = reseal(sealed, purpose=PURPOSE)
    settings.ENCRYPTION_KEYS = [NEW]
    assert unseal(renewed, purpose=PURPOSE) == "a secret"


def test_without_keys_of_its_own_it_hangs_on_the_secret_key(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = []
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    sealed = seal("a secret", purpose=PURPOSE)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert opens(sealed)
    settings.ENCRYPTION_KEYS = [OLD]
    settings.SECRET_KEY_FALLBACKS = []
    assert opens(sealed)


def test_a_fingerprint_is_of_its_text_its_purpose_and_its_key(settings: Settings) -> None:
    old = fingerprint("a code", purpose=PURPOSE)
    assert len(old) == 64
    assert fingerprint("a code", purpose=PURPOSE) == old
    assert fingerprint("another", purpose=PURPOSE) != old
    assert fingerprint("a code", purpose=OTHER) != old
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    newest, former = fingerprints("a code", purpose=PURPOSE)
    assert newest == fingerprint("a code", purpose=PURPOSE) != old
    assert former == old
