"""Tokens: short-lived, for key and secret or a signature; only their fingerprint is kept (issue 5, Deliver 2)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from console.sealing import fingerprint
from organizations.actions import remove_member, revoke_key, rotate_secret
from organizations.models import ApiKey, ApiToken
from organizations.models.api_key import TOKEN_PURPOSE
from tests.api.keying import Program, problem, program_of
from tests.api.signing import Signer
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def mias(cast: Cast) -> Program:
    return program_of(cast.mia, cast.acme)


def bearer(program: Program, **body: int) -> dict[str, str]:
    """What a token of the program's key is sent as."""
    answer = program.post("/tokens", body or None)
    assert answer.status_code == 201, answer.content
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.embedded
def test_a_token_stands_for_its_key_for_a_quarter_of_an_hour(cast: Cast, mias: Program) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        answer = mias.post("/tokens")
        ends = datetime.fromisoformat(answer.json()["expires_at"])
        assert timezone.now() + timedelta(minutes=15) - ends < timedelta(milliseconds=1)
    token = answer.json()["token"]
    assert ApiToken.objects.get().digest == fingerprint(token, purpose=TOKEN_PURPOSE)
    headers = {"Authorization": f"Bearer {token}"}
    assert mias.get("/organization", headers).json()["slug"] == "acme"
    with time_machine.travel(timezone.now() + timedelta(minutes=14), tick=False):
        assert mias.get("/organization", headers).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        gone = mias.get("/organization", headers)
        assert problem(gone) == (401, "token-expired")
        assert 'Bearer error="invalid_token"' in gone.headers["WWW-Authenticate"]
    events = Event.objects.filter(action="api_token.created", organization_id=cast.acme.pk)
    assert [event.actor_id for event in events] == [cast.mia.user.pk]


def test_how_long_it_lives_is_asked_for_within_limits(mias: Program) -> None:
    for minutes, status in ((1, 201), (60, 201), (0, 422), (61, 422)):
        assert mias.post("/tokens", {"minutes": minutes}).status_code == status
    assert problem(mias.post("/tokens", {"minutes": 5, "key": "another"}))[0] == 422
    signed = Signer(mias).send("POST", "/tokens", b'{"minutes": 2}')
    assert signed.status_code == 201


def test_a_token_makes_no_other_and_can_be_ended(mias: Program) -> None:
    headers = bearer(mias)
    assert problem(mias.post("/tokens", headers=headers)) == (409, "by-token")
    assert set(mias.get("/tokens/current", headers).json()) == {"created_at", "expires_at"}
    assert mias.send("DELETE", "/tokens/current", headers=headers).status_code == 204
    assert problem(mias.get("/organization", headers)) == (401, "wrong-token")
    assert Event.objects.filter(action="api_token.ended").count() == 1
    # With the secret, there is no token that the request came in with.
    assert problem(mias.get("/tokens/current")) == (404, "not-found")
    assert problem(mias.send("DELETE", "/tokens/current")) == (404, "not-found")


def test_a_token_dies_with_its_key_with_a_rotation_and_with_the_membership(cast: Cast, mias: Program) -> None:
    mia = cast.mia.actor(cast.acme)
    headers = bearer(mias)
    # Whoever rotates a secret that got out must not wonder what else was made with it.
    issued = rotate_secret(key=mias.key, overlap_hours=1, by=mia)
    assert problem(mias.get("/organization", headers)) == (401, "wrong-token")

    mias = Program(issued.key, issued.secret)
    headers = bearer(mias)
    revoke_key(key=mias.key, by=mia)
    assert problem(mias.get("/organization", headers)) == (401, "wrong-token")

    again = program_of(cast.mia, cast.acme)
    headers = bearer(again)
    remove_member(membership=cast.mia.membership(cast.acme), by=cast.adam.actor(cast.acme))
    assert problem(again.get("/organization", headers)) == (401, "wrong-token")
    assert problem(again.get("/organization")) == (401, "former-member")


def test_a_token_made_with_a_former_secret_does_not_outlive_it(cast: Cast, mias: Program) -> None:
    rotate_secret(key=mias.key, overlap_hours=1, by=cast.mia.actor(cast.acme))
    until = ApiKey.objects.get(pk=mias.key.pk).former_until
    assert until is not None
    with time_machine.travel(until - timedelta(minutes=10), tick=False):
        bearer(mias, minutes=60)
    assert ApiToken.objects.get().expires_at == until


def test_a_token_does_not_outlive_its_key(cast: Cast) -> None:
    ends = timezone.now() + timedelta(minutes=4)
    headers = bearer(limited := program_of(cast.mia, cast.acme, expires_at=ends), minutes=60)
    assert ApiToken.objects.get().expires_at == ends
    assert limited.get("/organization", headers).status_code == 200


def test_what_the_key_may_no_longer_do_its_token_may_not_either(cast: Cast) -> None:
    adams = program_of(cast.adam, cast.acme)
    headers = bearer(adams)
    assert adams.get("/invitations", headers).status_code == 200
    membership = cast.adam.membership(cast.acme)
    membership.give(cast.mia.membership(cast.acme).held_role)
    membership.save()
    assert problem(adams.get("/invitations", headers)) == (403, "permission")


def test_a_key_has_a_hundred_living_tokens_at_most(mias: Program) -> None:
    now = timezone.now()
    ApiToken.objects.bulk_create(
        ApiToken(key=mias.key, digest=str(number), expires_at=now + timedelta(minutes=60)) for number in range(100)
    )
    assert problem(mias.post("/tokens")) == (409, "too-many-tokens")
    ApiToken.objects.filter(digest="7").delete()
    assert mias.post("/tokens").status_code == 201


def test_the_answer_is_kept_by_nobody_on_the_way(mias: Program) -> None:
    assert "no-store" in mias.post("/tokens").headers["Cache-Control"]


def test_encryption_keys_rotate_and_a_lost_one_lets_nobody_in(cast: Cast, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["k" * 40]
    mias = program_of(cast.mia, cast.acme)
    headers = bearer(mias)
    settings.ENCRYPTION_KEYS = ["n" * 40, "k" * 40]
    assert mias.get("/organization", headers).status_code == mias.get("/organization").status_code == 200
    settings.ENCRYPTION_KEYS = ["n" * 40]
    assert problem(mias.get("/organization", headers)) == (401, "wrong-token")
    assert problem(mias.get("/organization")) == (401, "wrong-key")
