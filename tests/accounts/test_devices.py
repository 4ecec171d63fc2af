"""A User-Agent header in words."""

import pytest
from django.utils import translation

from accounts.sessions.devices import device_icon, device_name

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "name", "icon"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 on Linux", "laptop"),
        (f"Mozilla/5.0 (Windows NT 10.0) {BLINK} Chrome/142.0.0.0 Safari/537.36", "Chrome 142 on Windows", "laptop"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {BLINK} Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
            "Edge 142 on Windows",
            "laptop",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/18.5 Safari/605.1.15",
            "Safari 18 on macOS",
            "laptop",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {SAFARI} Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari 18 on iOS",
            "smartphone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {BLINK} Chrome/141.0.0.0 Mobile Safari/537.36",
            "Chrome 141 on Android",
            "smartphone",
        ),
        ("curl/8.5.0", "curl 8", "laptop"),
        ("python-requests/2.32.5", "Python Requests 2", "laptop"),
        ("Python-urllib/3.13", "Python-urllib 3", "laptop"),
        ("Go-http-client/2.0", "Go-http-client 2", "laptop"),
        ("", "Unknown device", "laptop"),
    ],
)
def test_browser_and_system(header: str, name: str, icon: str) -> None:
    assert device_name(header) == name
    assert device_icon(header) == icon


@pytest.mark.parametrize(
    "header",
    [
        "<script>alert(1)</script>",
        "Call +1 555 0100 now bot/1.0 (http://evil.example)",
        "Firefox/" + "9" * 190,
        "Mozilla/5.0 (" * 15,
        "\udcff\x00\u202e Firefox",
        "%(browser)s {{ 7*7 }}",
    ],
)
def test_whatever_a_header_says_the_name_is_made_of_our_words(header: str) -> None:
    name = device_name(header)
    assert len(name) <= 30
    assert name == "Unknown device" or name.startswith("Firefox")


def test_the_name_is_in_the_readers_language() -> None:
    linux = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    with translation.override("fr"):
        assert "Firefox 140" in device_name(linux)
        assert "Linux" in device_name(linux)
