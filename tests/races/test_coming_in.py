"""Programs that come in with the same key at the same instant."""

import time
from functools import partial

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from console.steps import Steps
from organizations.models import ApiKey, ApiKeyAddress
from tests.api.keying import Program, problem, program_of
from tests.api.signing import Signer
from tests.cast import Cast
from tests.races.together import statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def another(program: Program) -> Program:
    """The same program once more, on a connection of its own."""
    return Program(program.key, program.secret, Client(raise_request_exception=False))


def test_one_of_two_with_the_same_signature_changes_something(cast: Cast) -> None:
    expires = int(time.time()) + 60
    adams = program_of(cast.adam, cast.acme)
    signers = [Signer(another(adams), expires=expires) for _ in "12"]
    answers = together(*(partial(signer.send, "POST", "/tokens") for signer in signers))
    assert statuses(answers) == [201, 401]
    assert [problem(answer) for answer in answers if answer.status_code == 401] == [(401, "signature-used")]


def test_two_first_uses_from_an_address_are_one_event(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the cache remembers nothing."""
    monkeypatch.setattr(Steps, "is_first", lambda *args: True)
    adams = program_of(cast.adam, cast.acme)
    answers = together(*(partial(another(adams).get, "/organization") for _ in range(6)))
    assert statuses(answers) == [200] * 6
    assert ApiKeyAddress.objects.filter(key=adams.key).count() == 1
    assert Event.objects.filter(action="api_key.used").count() == 1


def test_a_request_does_not_wait_for_whoever_changes_its_key(cast: Cast) -> None:
    adams = program_of(cast.adam, cast.acme)
    with transaction.atomic():
        ApiKey.objects.filter(pk=adams.key.pk).update(expiry_told_at=timezone.now())
        # Would it wait for the end of this transaction, nothing would come of either.
        answers = together(partial(another(adams).get, "/organization"))
    assert statuses(answers) == [200]
    assert ApiKey.objects.get(pk=adams.key.pk).last_used_at is None


def test_no_token_of_a_secret_outlives_its_rotation(cast: Cast) -> None:
    for _ in range(3):
        adams = program_of(cast.adam, cast.acme)
        rotator = another(adams)
        rotate = partial(rotator.post, f"/api-keys/{adams.key.pk}/rotation", {"overlap_hours": 0})
        rotated, made = together(rotate, partial(another(adams).post, "/tokens"))
        assert rotated.status_code < 300
        if made.status_code == 201:
            token = {"Authorization": f"Bearer {made.json()['token']}"}  # type: ignore[attr-defined] # the client's
            assert problem(adams.get("/organization", token)) == (401, "wrong-token")
        else:
            assert made.status_code in {401, 409}
