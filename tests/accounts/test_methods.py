"""How somebody has signed in, in words."""

from typing import Any

import pytest

from accounts.sessions.methods import sign_in_methods


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([{"method": "password"}], "Password"),
        ([{"method": "password"}, {"method": "authenticator"}], "Password, Authenticator app"),
        ([{"method": "passkey"}], "Passkey"),
        ([{"method": "socialaccount", "provider": "google"}], "Google"),
        # Asked again, for a sensitive change: not how the session began.
        ([{"method": "password"}, {"method": "password", "reauthenticated": True}], "Password"),
        ([{"method": "password"}, {"method": "password"}], "Password"),
        ([{"method": "something new"}], ""),
        ([], ""),
    ],
)
def test_each_method_once_in_order(records: list[dict[str, Any]], words: str) -> None:
    assert sign_in_methods(records) == words
