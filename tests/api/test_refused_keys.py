"""Keys that do not let in, each with its reason, and what the log and the limits say of it (issue 5, *Bad input*)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from organizations.actions import end_expired_keys, remove_member, revoke_key
from organizations.api.authentication import guesses
from organizations.models import ApiKey, ApiKeyAddress, Membership, Organization
from tests.accounts.factors import give_app
from tests.api.keying import Program, basic, problem, program_of, service_program
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def over(cast: Cast) -> Program:
    return program_of(cast.mia, cast.acme, expires_at=timezone.now() - timedelta(seconds=1))


def over_for_long(cast: Cast) -> Program:
    program = over(cast)
    end_expired_keys()
    return program


def revoked(cast: Cast) -> Program:
    program = program_of(cast.mia, cast.acme)
    revoke_key(key=program.key, by=cast.mia.actor(cast.acme))
    return program


def removed(cast: Cast) -> Program:
    program = program_of(cast.mia, cast.acme)
    remove_member(membership=cast.mia.membership(cast.acme), by=cast.adam.actor(cast.acme))
    return program


def ended(cast: Cast) -> Program:
    """The clock has ended the membership, and the task has not run yet."""
    program = program_of(cast.mia, cast.acme)
    Membership.objects.filter(api_keys=program.key).update(ends_at=timezone.now())
    return program


def without_secret(cast: Cast) -> Program:
    key = ApiKey.objects.get(membership=cast.mia.membership(cast.acme))
    return Program(key, "")


def locked(cast: Cast) -> Program:
    program = program_of(cast.mia, cast.acme)
    cast.mia.user.is_active = False
    cast.mia.user.save()
    return program


def closed(cast: Cast) -> Program:
    program = service_program(cast.acme)
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    return program


def elsewhere(cast: Cast) -> Program:
    return service_program(cast.acme, networks=["192.0.2.0/24", "2001:db8::/32"])


REASONS: dict[str, tuple[Callable[[Cast], Program], str, str]] = {
    "over": (over, "expired", "user"),
    "over for long": (over_for_long, "expired", "visitor"),
    "revoked": (revoked, "revoked", "visitor"),
    "removed": (removed, "former-member", "visitor"),
    "ended": (ended, "former-member", "user"),
    "without a secret": (without_secret, "no-secret", "visitor"),
    "locked": (locked, "account-locked", "user"),
    "closed": (closed, "closed", "key"),
    "elsewhere": (elsewhere, "network", "key"),
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_has_a_code_and_stands_in_the_log_once(reason: str, cast: Cast) -> None:
    make, code, who = REASONS[reason]
    program = make(cast)
    with time_machine.travel(timezone.now(), tick=False):
        told = [program.get("/organization") for _ in "12"]
    assert [problem(answer) for answer in told] == [(401, code)] * 2
    assert told[0].headers["WWW-Authenticate"].startswith("Basic realm=")
    event = Event.objects.get(action="api_key.denied")
    assert (event.outcome, event.after, event.actor_kind) == ("denied", {"code": code}, who)
    assert (event.organization_id, event.target_id, event.detail.address) == (cast.acme.pk, program.key.pk, "127.0.0.1")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        program.get("/organization")
        assert Event.objects.filter(action="api_key.denied").count() == 2


def test_a_wrong_secret_is_written_down_as_a_visitors_and_an_unknown_key_nowhere(cast: Cast) -> None:
    mias = program_of(cast.mia, cast.acme)
    for access_id in (mias.key.access_id, "cnsl_key_" + "0" * 26):
        answer = mias.client.get("/api/v1/organization", headers={"Authorization": basic(access_id, "guess")})
        assert problem(answer) == (401, "wrong-key")
    event = Event.objects.get(action="api_key.denied")
    assert (event.actor_kind, event.actor_id, event.key_id) == ("visitor", None, None)


@pytest.mark.parametrize(
    ("address", "networks", "status"),
    [
        ("192.0.2.7", ["192.0.2.0/24"], 200),
        ("::ffff:192.0.2.7", ["192.0.2.0/24"], 200),
        ("192.0.3.1", ["192.0.2.0/24"], 401),
        ("2001:db8::1", ["192.0.2.0/24", "2001:db8::/48"], 200),
        ("2001:db9::1", ["192.0.2.0/24", "2001:db8::/48"], 401),
        ("192.0.2.7", ["::/0"], 401),
        # A Unix socket without a proxy: nobody knows from where.
        ("", ["0.0.0.0/0", "::/0"], 401),
        ("", [], 200),
    ],
)
def test_a_key_is_used_from_its_networks_only(address: str, networks: list[str], status: int, cast: Cast) -> None:
    program = service_program(cast.acme, networks=networks)
    program.client = Client(REMOTE_ADDR=address)
    answer = program.get("/organization", {"X-Forwarded-For": "192.0.2.7"})
    assert answer.status_code == status


def test_behind_a_proxy_the_network_is_the_one_that_the_proxy_saw(cast: Cast, settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    program = service_program(cast.acme, networks=["192.0.2.0/24"])
    assert program.get("/organization", {"X-Forwarded-For": "192.0.2.7, 198.51.100.1"}).status_code == 401
    assert program.get("/organization", {"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}).status_code == 200


def test_who_lacks_the_second_factor_that_members_need_is_stopped_once_it_is_in_force(cast: Cast) -> None:
    mias, robot = program_of(cast.mia, cast.acme), service_program(cast.acme)
    rule = Organization.objects.filter(pk=cast.acme.pk)
    rule.update(second_factor_from=timezone.now() + timedelta(days=1))
    assert mias.get("/organization").status_code == 200
    rule.update(second_factor_from=timezone.now())
    stopped = mias.get("/organization")
    assert problem(stopped) == (403, "second-factor")
    assert "WWW-Authenticate" not in stopped.headers
    assert Event.objects.get(action="api_key.denied").after == {"code": "second-factor"}
    # Nobody stands behind a service key.
    assert robot.get("/organization").status_code == 200
    give_app(cast.mia.user)
    assert mias.get("/organization").status_code == 200


def test_where_everybody_needs_a_second_factor_keys_of_who_has_none_stop(cast: Cast, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert problem(program_of(cast.mia, cast.acme).get("/organization")) == (403, "second-factor")
    assert service_program(cast.acme).get("/organization").status_code == 200


def test_how_old_a_sign_in_is_concerns_no_key(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(session_hours=1)
    assert program_of(cast.mia, cast.acme).get("/organization").status_code == 200


def test_a_session_opens_nothing_and_gets_nothing(cast: Cast, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    answer = cast.olivia.client.get("/api/v1/organization")
    assert problem(answer) == (401, "no-key")
    assert problem(cast.olivia.client.post("/api/v1/tokens")) == (401, "no-key")
    # The program of one person in the browser of another: the key alone says who it is.
    robot = service_program(cast.acme)
    robot.client = cast.rita.client
    answer = robot.get("/organization", {"Origin": "https://evil.example", "Accept-Language": "fr"})
    assert answer.json()["slug"] == "acme"
    assert not answer.cookies
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_wrong_keys_from_an_address_are_too_many_at_some_point_and_others_go_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS 13: who guesses is stopped, whatever a header says; the key works on where it is at home."""
    monkeypatch.setattr(guesses, "MOST", 5)
    mias = program_of(cast.mia, cast.acme)
    guesser, home = Client(REMOTE_ADDR="198.51.100.9"), Client(REMOTE_ADDR="192.0.2.1")

    def guess(number: int) -> Any:
        headers = {"Authorization": basic(mias.key.access_id, str(number)), "X-Forwarded-For": f"192.0.2.{number}"}
        return guesser.get("/api/v1/organization", headers=headers)

    with time_machine.travel(timezone.now().replace(second=10), tick=False) as clock:
        assert {guess(number).status_code for number in range(5)} == {401}
        stopped = guess(6)
        assert problem(stopped) == (429, "too-many-failures")
        assert stopped.headers["Retry-After"] == "50"
        assert home.get("/api/v1/organization", headers={"Authorization": mias.basic}).status_code == 200
        assert guesser.get("/api/v1/organization", headers={"Authorization": mias.basic}).status_code == 429
        clock.shift(51)
        assert guesser.get("/api/v1/organization", headers={"Authorization": mias.basic}).status_code == 200
    assert Event.objects.filter(action="api_key.denied").count() == 1


def test_a_key_that_is_over_does_not_count_as_a_guess(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guesses, "MOST", 1)
    program = over(cast)
    assert {program.get("/organization").status_code for _ in "12"} == {401}
    program.key.expires_at = None
    program.key.save()
    assert program.get("/organization").status_code == 200


def test_a_new_address_stands_in_the_log_and_the_last_use_is_written_once_a_minute(cast: Cast) -> None:
    robot = service_program(cast.acme)

    def use(address: str) -> None:
        robot.client = Client(REMOTE_ADDR=address)
        assert robot.get("/organization").status_code == 200

    def last() -> tuple[Any, Any]:
        robot.key.refresh_from_db()
        return robot.key.last_used_at, robot.key.last_used_from

    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"):
            use(address)
        assert last() == (begun, "192.0.2.1")
        clock.shift(61)
        use("192.0.2.2")
        assert last() == (begun + timedelta(seconds=61), "192.0.2.2")
    # One customer has a whole network of 64 bits.
    known = ApiKeyAddress.objects.filter(key=robot.key).values_list("address", flat=True)
    assert sorted(known) == ["192.0.2.1", "192.0.2.2", "2001:db8::"]
    events = Event.objects.filter(action="api_key.used", organization_id=cast.acme.pk, target_id=robot.key.pk)
    assert [event.detail.address for event in events.order_by("id")] == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
