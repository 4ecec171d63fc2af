"""The list of members: search, filter by role, sort, pages by key."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from organizations.models import Membership, Organization
from tests.cast import Cast, make_person
from tests.reading import body, follow_all, main_words, rows, words_at

pytestmark = pytest.mark.django_db

PEOPLE = {
    "amelie.poulain@montmartre.example": ("Amélie", "Poulain", "tech"),
    "jose@example.org": ("José", "Ñúñez", "member"),
    "ada@lovelace.example": ("Ada", "Lovelace", "admin"),
    "oyvind@example.org": ("Øyvind", "Åsen", "billing"),
    "strasse@example.org": ("Jürgen", "Groß", "member"),
    "nameless@example.org": ("", "", "member"),
}


@pytest.fixture
def team(cast: Cast) -> Cast:
    for email, (first, last, role) in PEOPLE.items():
        person = make_person(email, first_name=first, last_name=last)
        Membership.build(organization=cast.acme, user=person.user, role=role).save()
    return cast


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("amelie", ["amelie.poulain@montmartre.example"]),
        ("AMÉLIE", ["amelie.poulain@montmartre.example"]),
        ("poulain am", ["amelie.poulain@montmartre.example"]),
        ("montmartre", ["amelie.poulain@montmartre.example"]),
        ("nunez", ["jose@example.org"]),
        ("jose@", ["jose@example.org"]),
        ("lace", ["ada@lovelace.example"]),
        ("@example.org ju", ["strasse@example.org"]),
        ("GROSS", ["strasse@example.org"]),
        ("groß", ["strasse@example.org"]),
        ("asen", ["oyvind@example.org"]),
        ("less@", ["nameless@example.org"]),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("rita", []),
        ("'; drop table", []),
    ],
)
@pytest.mark.embedded
def test_search_finds_parts_whatever_case_and_accents(team: Cast, term: str, found: list[str]) -> None:
    response = team.olivia.client.get("/o/acme/members/", {"q": term})
    assert rows(response) == found
    if not found:
        assert "Nobody found" in main_words(response)


def test_a_changed_name_is_found_at_once_and_the_old_one_no_longer(team: Cast) -> None:
    team.mia.client.post("/profile/preferences/", {"first_name": "Zoë", "last_name": "Quill"})
    assert rows(team.olivia.client.get("/o/acme/members/?q=zoe")) == ["mia.member@example.com"]
    # Her address still has it.
    assert rows(team.olivia.client.get("/o/acme/members/?q=mia")) == ["mia.member@example.com"]
    assert rows(team.olivia.client.get("/o/acme/members/?q=zoe+member")) == ["mia.member@example.com"]
    assert rows(team.olivia.client.get("/o/acme/members/?sort=-name"))[:2] == [
        "oyvind@example.org",
        "mia.member@example.com",
    ]


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("owner", {"olivia.owner@example.com"}),
        ("admin", {"adam.admin@example.com", "ada@lovelace.example"}),
        ("billing", {"bella.billing@example.com", "oyvind@example.org"}),
        ("tech", {"theo.tech@example.com", "amelie.poulain@montmartre.example"}),
    ],
)
def test_the_role_filter_shows_who_has_it(team: Cast, role: str, found: set[str]) -> None:
    assert set(rows(team.mia.client.get("/o/acme/members/", {"role": role}))) == found


def test_search_and_role_narrow_together(team: Cast) -> None:
    assert rows(team.mia.client.get("/o/acme/members/?q=example.org&role=billing")) == ["oyvind@example.org"]


def test_an_unknown_role_or_order_shows_everybody(team: Cast) -> None:
    everybody = rows(team.mia.client.get("/o/acme/members/"))
    assert len(everybody) == 11
    for query in ("role=emperor", "sort=password", "sort=-user__password", "after=%00", "before=e30", "after=W10"):
        assert rows(team.mia.client.get(f"/o/acme/members/?{query}")) == everybody, query


@pytest.mark.embedded
def test_names_sort_as_people_read_them(team: Cast) -> None:
    """Accents and case do not matter; who has no name goes by the address."""
    assert rows(team.mia.client.get("/o/acme/members/?sort=name")) == [
        "ada@lovelace.example",
        "adam.admin@example.com",
        "amelie.poulain@montmartre.example",
        "bella.billing@example.com",
        "jose@example.org",
        "strasse@example.org",
        "mia.member@example.com",
        "nameless@example.org",
        "olivia.owner@example.com",
        "theo.tech@example.com",
        "oyvind@example.org",
    ]


def test_each_order_goes_both_ways(team: Cast) -> None:
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    for number, membership in enumerate(Membership.objects.filter(organization=team.acme).order_by("user__email")):
        Membership.objects.filter(pk=membership.pk).update(
            joined_at=begin + timedelta(days=number * 7 % 11), last_active_at=begin + timedelta(days=number * 5 % 11)
        )
    expected = {
        "name": ["ada", "adam.admin", "amelie.poulain"],
        "role": ["olivia.owner", "adam.admin"],
        # Position in the alphabet times 7 (5) modulo 11.
        "joined": ["ada", "oyvind", "mia.member"],
        "active": ["ada", "strasse", "olivia.owner"],
    }
    for key, first in expected.items():
        upwards = rows(team.mia.client.get(f"/o/acme/members/?sort={key}"))
        assert [address.partition("@")[0] for address in upwards[: len(first)]] == first, key
        assert rows(team.mia.client.get(f"/o/acme/members/?sort=-{key}")) == upwards[::-1], key


def test_a_row_says_who_invited_and_which_one_is_me(team: Cast) -> None:
    Membership.objects.filter(organization=team.acme, user=team.mia.user).update(invited_by=team.adam.user)
    response = team.mia.client.get("/o/acme/members/?q=mia")
    assert words_at(response, "class", "person-name").startswith("Mia Member")
    assert "You" in words_at(response, "class", "person-name")
    assert "Adam Admin" in main_words(response)


def test_htmx_gets_the_list_alone(team: Cast) -> None:
    response = team.mia.client.get("/o/acme/members/?q=ada", headers={"HX-Request": "true", "HX-Target": "members"})
    assert body(response).lstrip().startswith('<div id="members"')
    assert rows(response) == ["ada@lovelace.example", "adam.admin@example.com"]


@pytest.mark.parametrize(
    ("query", "heard"),
    [("q=ada", "2 members"), ("q=lovelace", "1 member"), ("q=nobody", "Nobody found"), ("", "11 members")],
)
def test_how_many_were_found_is_announced(team: Cast, query: str, heard: str) -> None:
    path = f"/o/acme/members/?{query}"
    assert words_at(team.mia.client.get(path), "id", "members-found") == heard
    fragment = team.mia.client.get(path, headers={"HX-Request": "true", "HX-Target": "members"})
    # Into the region that is there already: one that only comes with its words is not heard.
    assert words_at(fragment, "data-hx-swap-oob", "innerHTML") == heard


def test_a_full_page_is_announced_as_such(cast: Cast) -> None:
    fill(cast.acme, 60)
    heard = words_at(cast.mia.client.get("/o/acme/members/"), "id", "members-found")
    assert heard == "50 members on this page; there are more"


def test_nobody_of_another_organization_is_in_it(team: Cast) -> None:
    assert "rita" not in body(team.olivia.client.get("/o/acme/members/")).lower()


def fill(organization: Organization, count: int) -> list[str]:
    """Members with few different names, times and roles, so that most of them tie; their addresses."""
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    users = User.objects.bulk_create(
        [
            User(email=f"person{number:03}@example.net", first_name=f"Pat {number % 3}", last_name="Twin")
            for number in range(count)
        ]
    )
    memberships = [
        Membership.build(
            organization=organization,
            user=user,
            role=("tech", "member")[number % 2],
            joined_at=begin + timedelta(days=number % 4),
            last_active_at=begin,
        )
        for number, user in enumerate(users)
    ]
    Membership.objects.bulk_create(memberships)
    return [user.email for user in users]


@pytest.mark.parametrize("sort", ["name", "-name", "role", "-role", "joined", "-joined", "active", "-active"])
def test_pages_lose_nobody_and_repeat_nobody(cast: Cast, sort: str) -> None:
    """120 members of whom most tie, forwards to the end and back to the beginning."""
    everybody = {
        *fill(cast.acme, 115),
        *(person.user.email for person in cast.roles.values()),
    }
    start = f"/o/acme/members/?sort={sort}"
    forwards = [rows(page) for _, page in follow_all(cast.mia.client, "next", start)]
    assert [len(page) for page in forwards] == [50, 50, 20]
    listed = [email for page in forwards for email in page]
    assert len(listed) == 120
    assert set(listed) == everybody
    *_, (last, _page) = follow_all(cast.mia.client, "next", start)
    back = [rows(page) for _, page in follow_all(cast.mia.client, "prev", last)]
    assert back[0] == forwards[2]
    assert [email for page in reversed(back) for email in page] == listed


def test_pages_keep_search_role_and_order(cast: Cast) -> None:
    fill(cast.acme, 130)
    pages = [
        rows(page) for _, page in follow_all(cast.mia.client, "next", "/o/acme/members/?q=twin&role=tech&sort=-name")
    ]
    assert [len(page) for page in pages] == [50, 15]
    assert len({email for page in pages for email in page}) == 65


def test_the_last_page_is_not_followed_by_an_empty_one(cast: Cast) -> None:
    fill(cast.acme, 45)
    assert [len(rows(page)) for _, page in follow_all(cast.mia.client, "next", "/o/acme/members/")] == [50]


def test_whoever_leaves_or_joins_between_two_pages_shifts_nobody(cast: Cast) -> None:
    fill(cast.acme, 115)
    pages = follow_all(cast.mia.client, "next", "/o/acme/members/?sort=name")
    _, page = next(pages)
    first = rows(page)
    Membership.objects.get(organization=cast.acme, user__email=first[0]).delete()
    rest = [email for _, page in pages for email in rows(page)]
    assert len(rest) == 70
    assert not set(rest) & set(first)
