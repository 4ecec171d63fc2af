"""Text 002, section 3, followed step by step under the policy `default`."""

import pytest

from tests.e2e import profile
from tests.e2e.manual import MakeReader

POLICY = "default"

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


def test_the_section_organizations_of_the_profile(reader: MakeReader) -> None:
    profile.prepare("tech")
    sam = reader("sam.stranger@example.com")
    profile.walk(sam, reader("rita.rival@example.com"), "Tech")

    # "you can manage your role within the organization": in the one that Sam is still in.
    profile.act(sam, "Cobalt", "My role")
    assert sam.roles() == ["Member"]
    sam.press("Change my role")
    sam.is_at("/profile/organizations/")
    sam.sees("You are now Member in Cobalt.")
