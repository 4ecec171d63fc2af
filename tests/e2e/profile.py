"""Text 002, section 3, *Organizations* of the profile: the same under each policy that has a directory."""

from playwright.sync_api import expect

from organizations.actions import edit_joining, invite_member
from tests.cast import make_team
from tests.e2e.manual import Reader, somebody


def prepare(role: str) -> None:
    """Rita runs three organizations: Sam is invited to two, with the role of this key, and can find the third."""
    rita, sam = somebody("rita.rival@example.com"), somebody("sam.stranger@example.com")
    cobalt, delta, evergreen = (make_team(name, rita) for name in ("Cobalt", "Delta", "Evergreen"))
    for organization in (cobalt, delta):
        invite_member(organization=organization, email=sam.user.email, role=role, by=rita.actor(organization))
    edit_joining(organization=evergreen, discoverability="public", members_may_invite=False, by=rita.actor(evergreen))


def walk(sam: Reader, rita: Reader, role: str) -> None:
    """Accept and decline, ask to join and be let in with the role of this name, see role and members, leave."""
    sam.sign_in()
    sam.choose("Profile")
    sam.section("Organizations")
    sam.is_at("/profile/organizations/")
    answer_invitations(sam)
    ask_to_join(sam)
    let_in(rita, role)
    sam.read("You are now a member of %s", "Evergreen")
    manage_membership(sam, role)


def answer_invitations(sam: Reader) -> None:
    """3.1: *You can accept or decline invitations as needed*."""
    sam.finds("Invitations to Join Organizations")
    sam.press("Decline the invitation to Delta")
    sam.press("Accept the invitation to Cobalt")
    sam.sees("Welcome to %s.", "Cobalt")
    assert sam.is_member("cobalt")
    assert not sam.is_member("delta")


def ask_to_join(sam: Reader) -> None:
    """3.2: *search for specific organizations using the search bar, and click Request to Join*."""
    sam.open("/profile/organizations/")
    sam.finds("Organizations Available to You")
    search = sam.page.get_by_role("searchbox", name="Search by name, description or domain")
    search.fill("nothing like it")
    sam.finds("Nothing found", "#available")
    search.fill("ever")
    sam.follow("Request to join Evergreen")
    sam.page.locator("[name=note]").fill("I met Rita at the fair.")
    sam.press("Request to Join")
    sam.is_at("/profile/organizations/")
    sam.finds("waiting for an answer", "#requests")


def let_in(rita: Reader, role: str) -> None:
    """Who decides finds the request behind the bell, and lets Sam in."""
    rita.sign_in()
    rita.open("/o/evergreen/members/requests/")
    rita.finds("I met Rita at the fair.")
    rita.page.get_by_label("Role of Sam Stranger").select_option(label=role)
    rita.press("Approve the request of Sam Stranger")
    rita.sees("No requests")


def manage_membership(sam: Reader, role: str) -> None:
    """3.3: *manage your role within the organization, view other members, and leave the organization if necessary*."""
    sam.open("/profile/organizations/")
    expect(sam.row("Evergreen")).to_contain_text(role)
    act(sam, "Evergreen", "My role")
    sam.is_at("/o/evergreen/role/")
    sam.finds(f"You are {role}.")
    sam.open("/profile/organizations/")
    act(sam, "Evergreen", "Members")
    sam.is_at("/o/evergreen/members/")
    expect(sam.row("rita.rival@example.com")).to_have_count(1)
    sam.open("/profile/organizations/")
    act(sam, "Evergreen", "Leave")
    sam.page.get_by_role("button", name="Leave organization", exact=True).click()
    sam.is_at("/profile/organizations/")
    expect(sam.row("Evergreen")).to_have_count(0)
    assert not sam.is_member("evergreen")


def act(reader: Reader, organization: str, action: str) -> None:
    """Choose an action in the line of an organization."""
    row = reader.row(organization)
    row.get_by_role("button").click()
    reader.follow(action, row)
