"""What counts as a page of this console (ATTACKS 18)."""

import pytest

from console.paths import is_own_path


@pytest.mark.parametrize(
    "address", ["/", "/profile/security/", "/o/acme/members/?q=a%20b&page=2#top", "/help/?to=//evil"]
)
def test_a_path_is_ours(address: str) -> None:
    assert is_own_path(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "profile/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\\evil.example",
        " //evil.example",
        "\x00/profile/",
        "\t/profile/",
        "https:evil.example",
        "https:///evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "data:text/html,hello",
        "//[evil",
    ],
)
def test_whatever_leads_elsewhere_is_not(address: str) -> None:
    assert not is_own_path(address)
