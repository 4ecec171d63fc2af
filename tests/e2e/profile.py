"""Text 002, section 3, *Organizations* of the profile: the same under each policy that has a directory."""

from organizations.actions import edit_joining, invite_member
from tests.cast import make_team
from tests.e2e.manual import Follower, choose, is_member, somebody


def prepare(role: str) -> None:
    """Rita runs three organizations: Sam is invited to two, with the role of this key, and can find the third."""
    rita, sam = somebody("rita.rival@example.com"), somebody("sam.stranger@example.com")
    cobalt, delta, evergreen = (make_team(name, rita) for name in ("Cobalt", "Delta", "Evergreen"))
    for organization in (cobalt, delta):
        invite_member(organization=organization, email=sam.user.email, role=role, by=rita.actor(organization))
    edit_joining(organization=evergreen, discoverability="public", members_may_invite=False, by=rita.actor(evergreen))


def walk(sam: Follower, rita: Follower, role: str) -> None:
    """Accept and decline, ask to join and be let in with the role of this name, see role and members, leave."""
    sam.sign_in()
    choose(sam, "Profile")
    sam.section("Organizations")
    sam.is_at("/profile/organizations/")
    answer_invitations(sam)
    ask_to_join(sam)
    let_in(rita, role)
    sam.gets("You are now a member of Evergreen")
    manage_membership(sam, role)


def answer_invitations(sam: Follower) -> None:
    """3.1: *You can accept or decline invitations as needed*."""
    sam.finds("Invitations to Join Organizations")
    sam.press("Decline the invitation to Delta")
    sam.press("Accept the invitation to Cobalt")
    sam.finds("Welcome to Cobalt.", "body")
    assert is_member(sam.email, "cobalt")
    assert not is_member(sam.email, "delta")


def ask_to_join(sam: Follower) -> None:
    """3.2: *search for specific organizations using the search bar, and click Request to Join*."""
    sam.open("/profile/organizations/")
    sam.finds("Organizations Available to You")
    search = "Search by name, description or domain"
    sam.search(search, "nothing like it")
    sam.finds("Nothing found", "#available")
    sam.search(search, "ever")
    sam.follow("Request to join Evergreen")
    sam.fill("Note", "I met Rita at the fair.")
    sam.press("Request to Join")
    sam.is_at("/profile/organizations/")
    sam.finds("waiting for an answer", "#requests")


def let_in(rita: Follower, role: str) -> None:
    """Who decides finds the request behind the bell, and lets Sam in."""
    rita.sign_in()
    rita.open("/o/evergreen/members/requests/")
    rita.finds("I met Rita at the fair.")
    rita.pick("Role of Sam Stranger", role)
    rita.press("Approve the request of Sam Stranger")
    rita.finds("No requests", "body")


def manage_membership(sam: Follower, role: str) -> None:
    """3.3: *manage your role within the organization, view other members, and leave the organization if necessary*."""
    sam.open("/profile/organizations/")
    sam.line_says("Evergreen", role)
    sam.in_menu_of_line("Evergreen", "My role")
    sam.is_at("/o/evergreen/role/")
    sam.finds(f"You are {role}.")
    sam.open("/profile/organizations/")
    sam.in_menu_of_line("Evergreen", "Members")
    sam.is_at("/o/evergreen/members/")
    sam.line_says("rita.rival@example.com", "Rita Rival")
    sam.open("/profile/organizations/")
    sam.in_menu_of_line("Evergreen", "Leave")
    sam.press("Leave organization", "body")
    sam.is_at("/profile/organizations/")
    sam.no_line("Evergreen")
    assert not is_member(sam.email, "evergreen")
