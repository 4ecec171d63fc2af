"""Keys that expire: the mails before, the end, and when they are forgotten."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import override_settings

from console.ids import uuid7
from console.sealing import Unreadable, unseal
from organizations.actions import create_key, create_service_key, revoke_key, rotate_secret
from organizations.models import ApiKey, ApiToken, IdempotentRequest
from organizations.tasks import end_expired_keys, prune_keys
from outbox.models import Mail
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = "an-older-key-for-tests-" + "a" * 30, "a-newer-key-for-tests-" + "b" * 30


def subjects_on(day: date) -> list[tuple[str, str]]:
    """What the task sends on a day, however often it runs."""
    before = set(Mail.objects.values_list("pk", flat=True))
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
        end_expired_keys()
        end_expired_keys()
    return sorted(Mail.objects.exclude(pk__in=before).values_list("to", "subject"))


@pytest.mark.embedded
def test_whose_key_it_is_hears_of_its_end_30_and_7_days_and_a_day_before_and_then(cast: Cast) -> None:
    with time_machine.travel(BEGIN, tick=False):
        create_key(organization=cast.acme, name="Report", expires_on=date(2026, 5, 10), by=cast.mia.actor(cast.acme))
        create_key(organization=cast.acme, name="Endless", by=cast.mia.actor(cast.acme))
    near = [("mia.member@example.com", "The API key Report expires on 10 May 2026")]
    told = {day: subjects_on(day) for day in (date(2026, 4, 1), date(2026, 4, 11), date(2026, 4, 25))}
    assert told == {date(2026, 4, 1): [], date(2026, 4, 11): near, date(2026, 4, 25): []}
    assert [subjects_on(date(2026, 5, day)) for day in (4, 5, 10)] == [near, [], near]
    assert ApiKey.objects.get(name="Report").secret
    over = [("mia.member@example.com", "The API key Report has expired")]
    assert [subjects_on(date(2026, 5, day)) for day in (11, 12)] == [over, []]
    assert ApiKey.objects.get(name="Report").secret == ""
    assert ApiKey.objects.get(name="Endless").secret


def test_of_a_service_key_those_hear_who_manage_them(cast: Cast) -> None:
    with time_machine.travel(BEGIN, tick=False):
        create_service_key(
            organization=cast.acme, name="Backup", expires_on=date(2026, 3, 20), by=cast.adam.actor(cast.acme)
        )
    assert [to for to, _subject in subjects_on(date(2026, 3, 14))] == [
        "adam.admin@example.com",
        "olivia.owner@example.com",
    ]


def test_dead_keys_are_kept_for_90_days_tokens_and_answers_for_their_time(cast: Cast) -> None:
    by = cast.mia.actor(cast.acme)
    with time_machine.travel(BEGIN, tick=False):
        revoked = create_key(organization=cast.acme, name="Revoked", by=by).key
        revoke_key(key=revoked, by=by)
        kept = create_key(organization=cast.acme, name="Kept", by=by).key
        rotate_secret(key=kept, overlap_hours=24, by=by)
        ApiToken.objects.create(key=kept, digest="0" * 64, expires_at=BEGIN + timedelta(minutes=15))
        IdempotentRequest.objects.create(key=kept, idempotency_key=str(uuid7()), fingerprint="f")
    found = [(0.5, True, 1, True), (2, True, 0, False), (89, True, 0, False), (91, False, 0, False)]
    for days, dead, answers, former in found:
        with time_machine.travel(BEGIN + timedelta(days=days), tick=False):
            prune_keys()
        assert ApiKey.objects.filter(pk=revoked.pk).exists() is dead
        assert IdempotentRequest.objects.count() == answers
        assert bool(ApiKey.objects.get(pk=kept.pk).former_secret) is former
        assert not ApiToken.objects.exists()
    assert ApiKey.objects.filter(kind="pair").exists()


def test_what_lost_its_membership_otherwise_is_ended_too(cast: Cast) -> None:
    key = create_key(organization=cast.acme, name="Lost", by=cast.mia.actor(cast.acme)).key
    ApiKey.objects.filter(pk=key.pk).update(membership=None)
    prune_keys()
    key.refresh_from_db()
    assert key.secret == ""
    assert key.revoked_at
    assert key.may == frozenset()


def test_sealed_again_secrets_need_the_old_key_no_more(cast: Cast) -> None:
    by = cast.mia.actor(cast.acme)
    with override_settings(ENCRYPTION_KEYS=[OLD]):
        issued = create_key(organization=cast.acme, name="Sealed", by=by)
        second = rotate_secret(key=issued.key, overlap_hours=1, by=by)
    with override_settings(ENCRYPTION_KEYS=[NEW, OLD]):
        call_command("reseal", stdout=StringIO())
    key = ApiKey.objects.get(pk=issued.key.pk)
    with override_settings(ENCRYPTION_KEYS=[NEW]):
        assert unseal(key.secret, purpose="organizations.api_key") == second.secret
        assert unseal(key.former_secret, purpose="organizations.api_key") == issued.secret
    with override_settings(ENCRYPTION_KEYS=[OLD]), pytest.raises(Unreadable):
        unseal(key.secret, purpose="organizations.api_key")
