"""Where a request comes from (attack 13: forged X-Forwarded-For)."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from console.origin import origin_of


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        # No proxy of ours: the header is the client's own invention.
        (0, "203.0.113.5", "198.51.100.9", "203.0.113.5"),
        # One proxy: only the entry that it appended counts.
        (1, "10.0.0.1", "198.51.100.9", "198.51.100.9"),
        (1, "10.0.0.1", "1.2.3.4, 198.51.100.9", "198.51.100.9"),
        (1, "10.0.0.1", "1.2.3.4,5.6.7.8,  198.51.100.9", "198.51.100.9"),
        (2, "10.0.0.1", "1.2.3.4, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        # Somebody came past a proxy: too few entries.
        (2, "10.0.0.1", "198.51.100.9", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        # Not an address.
        (1, "10.0.0.1", "unknown", "10.0.0.1"),
        (1, "10.0.0.1", "<script>", "10.0.0.1"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        # Spellings of one address are one address.
        (1, "10.0.0.1", "198.51.100.9:4711", "198.51.100.9"),
        (1, "10.0.0.1", "[2001:DB8::1]:4711", "2001:db8::1"),
        (1, "10.0.0.1", "2001:0db8:0:0::1", "2001:db8::1"),
        (1, "10.0.0.1", "::ffff:198.51.100.9", "198.51.100.9"),
        (0, "fe80::1%eth0", None, "fe80::1"),
        # A Unix socket has none.
        (0, "", None, ""),
        (1, "", "198.51.100.9", "198.51.100.9"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    proxies: int, peer: str, forwarded: str | None, address: str
) -> None:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert origin_of(request, trusted_proxies=proxies).address == address


def test_the_device_is_cut() -> None:
    request = RequestFactory().get("/", headers={"User-Agent": "x" * 1000})
    assert origin_of(request, trusted_proxies=0).device == "x" * 200


def test_an_answer_names_its_request(client: Client) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert len(first) == 32
    assert first != second


@pytest.mark.parametrize("given", ["forged id", "x", "a" * 65, "line\tbreak-123"])
def test_an_id_that_makes_no_sense_is_replaced(client: Client, settings: Settings, given: str) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_only_a_proxy_of_ours_may_name_a_request(client: Client, settings: Settings) -> None:
    given = "5f3e9a1c-from-the-proxy"
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
