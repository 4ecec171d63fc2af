"""Text 002, section 3, followed step by step under the policy `default`."""

import pytest

from tests.e2e import profile
from tests.e2e.manual import MakeFollower

POLICY = "default"


def test_the_section_organizations_of_the_profile(reader: MakeFollower) -> None:
    walk(reader)


@pytest.mark.long
@pytest.mark.e2e
@pytest.mark.browser
def test_the_same_in_a_browser(reader_in_browser: MakeFollower) -> None:
    walk(reader_in_browser)


def walk(reader: MakeFollower) -> None:
    """All of it."""
    profile.prepare("tech")
    sam = reader("sam.stranger@example.com")
    profile.walk(sam, reader("rita.rival@example.com"), "Tech")

    # "you can manage your role within the organization": in the one that Sam is still in.
    sam.in_menu_of_line("Cobalt", "My role")
    assert sam.roles() == ["Member"]
    sam.press("Change my role")
    sam.is_at("/profile/organizations/")
    sam.finds("You are now Member in Cobalt.", "body")
