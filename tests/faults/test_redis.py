"""Redis down or stalled: pages go on, and pay for it once."""

from collections.abc import Callable
from functools import partial
from time import perf_counter
from uuid import uuid4

import pytest
import redis
from allauth.core.internal.ratelimit import cache_lock
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import transaction
from pytest_django import Settings

from console.api.rates import spend
from console.breaker import redis_breaker
from outbox.models import Mail
from tests.cast import Cast
from tests.harness.servers import Redis

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = 20


@pytest.fixture(params=["refused", "stalled"])
def break_redis(
    request: pytest.FixtureRequest, use_redis: Callable[[str], None], refused_port: int, stalled_port: int
) -> Callable[[], None]:
    """From the call on Redis refuses connections, or takes them and never answers."""
    port = refused_port if request.param == "refused" else stalled_port
    return partial(use_redis, f"redis://127.0.0.1:{port}/0")


@pytest.fixture
def bad_redis(break_redis: Callable[[], None]) -> None:
    """Redis is broken from the beginning."""
    break_redis()


def invite_many() -> float:
    """What a request does that invites many: limits its rate, writes mails, commits. The seconds that it took."""
    begun = perf_counter()
    with cache_lock("invitations"):
        cache.set("invitations", [1, 2, 3])
    with transaction.atomic():
        for number in range(MAILS):
            send_mail("Join Acme", "Hello", None, [f"person-{number}@example.com"])
    return perf_counter() - begun


def test_a_request_that_sends_mails_pays_less_than_a_second(break_redis: Callable[[], None]) -> None:
    usual = invite_many()
    break_redis()
    Mail.objects.all().delete()
    assert invite_many() - usual < 1
    assert Mail.objects.filter(state=Mail.State.WAITING).count() == MAILS


def test_the_next_request_pays_nothing(break_redis: Callable[[], None]) -> None:
    usual = invite_many()
    break_redis()
    invite_many()
    assert invite_many() - usual < 0.1


def test_inviting_over_http_pays_less_than_a_second(cast: Cast, break_redis: Callable[[], None]) -> None:
    browser, invitations = cast.olivia.client, "/o/acme/members/invitations/"

    def invite(email: str) -> float:
        begun = perf_counter()
        answer = browser.post(f"{invitations}new/", {"email": email, "role": "member"}, follow=True)
        assert email in answer.text
        assert answer.redirect_chain == [(invitations, 302)]
        return perf_counter() - begun

    usual = invite("one@example.com")
    break_redis()
    assert invite("two@example.com") - usual < 1
    assert Mail.objects.get(to="two@example.com").is_waiting
    assert "not delivered yet" in browser.get(invitations).text.lower()


def test_signed_in_pages_go_on(cast: Cast, bad_redis: None) -> None:
    browser = cast.olivia.client
    for path in ("/o/acme/", "/o/acme/members/", "/o/personal/", "/getting-started/"):
        assert browser.get(path).status_code == 200


@pytest.mark.embedded
def test_the_cache_goes_on_in_memory(bad_redis: None) -> None:
    assert cache.add("limit", 1)
    assert not cache.add("limit", 2)
    assert cache.incr("limit") == 2
    assert cache.get_many(["limit", "nothing"]) == {"limit": 2}
    assert cache.has_key("limit")
    assert cache.touch("limit")
    cache.set_many({"a": 1, "b": 2})
    cache.delete_many(["a"])
    assert (cache.get("a"), cache.get("b")) == (None, 2)
    assert cache.delete("limit")
    assert cache.get("limit", "gone") == "gone"
    with pytest.raises(ValueError, match="not found"):
        cache.incr("limit")
    cache.clear()
    assert cache.get("b") is None


def test_a_lock_around_a_rate_limit_still_locks(bad_redis: None) -> None:
    with cache_lock("sign-in") as first, cache_lock("sign-in") as second:
        assert (first, second) == (True, False)


def test_requests_of_the_api_are_counted_in_the_process_meanwhile(bad_redis: None, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    begun = perf_counter()
    somebody = str(uuid4())
    # What Redis lost on the way counts as nothing; the rest is counted here.
    assert [spend(somebody).remaining for _ in range(5)][1:] in ([1, 0, -1, -2], [2, 1, 0, -1])
    assert perf_counter() - begun < 1


def test_redis_is_used_again_once_it_is_back(own_redis: Redis, use_redis: Callable[[str], None]) -> None:
    use_redis(own_redis.url)
    cache.set("kept", "in Redis")
    own_redis.stop()
    assert cache.get("kept") is None
    cache.set("kept", "in memory")
    assert cache.get("kept") == "in memory"
    own_redis.start()
    redis_breaker.close()
    cache.set("kept", "in Redis again")
    assert cache.get("kept") == "in Redis again"


def test_clearing_the_cache_leaves_the_messages_to_workers(own_redis: Redis, use_redis: Callable[[str], None]) -> None:
    use_redis(own_redis.url)
    cache.set("kept", 1)
    send_mail("Join Acme", "Hello", None, ["a@example.com"])
    cache.clear()
    assert cache.get("kept") is None
    with redis.Redis.from_url(own_redis.url) as client:
        assert client.llen("celery") == 1
