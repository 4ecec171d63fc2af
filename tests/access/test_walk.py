"""Every address below /o/, with every method that it takes, by everybody, against the table that was typed by hand."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from organizations.actions import add_domain, remove_member, suspend_organization
from organizations.actors import Actor
from tests.access.table import ADDRESSES, METHODS, PEOPLE, ROLES, WITHHELD
from tests.access.walk import (
    ABSENT,
    FORBIDDEN,
    NO_SUCH_METHOD,
    OPEN,
    SIGN_IN,
    Visit,
    always,
    deviations,
    expected_for,
    furnish,
    ids_of,
    names,
    object_names,
    other_visits,
    outcome,
    visits,
)
from tests.cast import Cast, Person
from tests.organizations.owning import close
from tests.reading import without_tokens

# On one engine: what a role may do is not asked of the database.
pytestmark = pytest.mark.django_db

BETWEEN = ("admin", "billing", "tech")
# The other two reasons stop resources only, both the same; one role shows that they stop nothing else. What `staff`
# withholds is the same from every role: who holds everything shows it.
OTHERS = [pytest.param("staff", role, marks=pytest.mark.long) for role in list(ROLES)[1:]]
SUSPENDED = [
    ("staff", "owner"),
    *OTHERS,
    ("unfunded", "owner"),
    pytest.param("past_due", "owner", marks=pytest.mark.long),
]


@pytest.fixture
def invited(cast: Cast) -> Cast:
    """The cast, and in each of the two organizations one of each kind that an address is about."""
    for organization, owner in ((cast.acme, cast.olivia), (cast.rival, cast.rita)):
        furnish(organization, owner, cast.sam)
    return cast


def test_every_address_stands_in_the_table() -> None:
    """A new address must be entered in tests/access/table.py by somebody who thought about who may go there."""
    assert names() == set(ADDRESSES)


def test_a_method_that_the_table_does_not_name_is_taken_from_nobody(invited: Cast) -> None:
    """It is refused before anything is asked about roles, so the highest one shows it."""
    others = other_visits("acme", ids_of(invited.acme))
    assert [visit for visit in others if outcome(visit.by(invited.olivia.client)) != NO_SUCH_METHOD] == []


def test_signed_out_everybody_is_sent_to_sign_in(invited: Cast) -> None:
    assert deviations(Client(), invited.acme, always(SIGN_IN)) == []


def test_after_signing_in_one_comes_back_to_where_one_wanted(invited: Cast) -> None:
    response = Client().get("/o/acme/members/?q=mia&sort=-name")
    assert response.headers["Location"] == "/accounts/login/?next=/o/acme/members/%3Fq%3Dmia%26sort%3D-name"


@pytest.mark.parametrize("who", ["sam", "rita"])
@pytest.mark.usefixtures("statuses_only")
def test_to_a_stranger_nothing_is_there(invited: Cast, who: str) -> None:
    stranger: Person = getattr(invited, who)
    assert deviations(stranger.client, invited.acme, always(ABSENT)) == []


def test_a_stranger_cannot_tell_an_organization_from_none(invited: Cast) -> None:
    for visit in visits("acme", ids_of(invited.acme)):
        nowhere = Visit(visit.name, visit.path.replace("/o/acme/", "/o/emca/"), visit.method)
        there, not_there = visit.by(invited.sam.client), nowhere.by(invited.sam.client)
        assert without_tokens(there).replace("acme", "emca") == without_tokens(not_there), visit
        assert {k: v for k, v in there.headers.items() if k != "X-Request-ID"} == {
            k: v for k, v in not_there.headers.items() if k != "X-Request-ID"
        }


# Pages are drawn for who holds most and for who holds least; between them the statuses count, and --long draws all.
@pytest.mark.parametrize("role", ["owner", "member", *(pytest.param(r, marks=pytest.mark.long) for r in BETWEEN)])
def test_each_role_may_do_what_the_table_says(invited: Cast, role: str) -> None:
    assert deviations(invited.roles[role].client, invited.acme, expected_for(ROLES[role])) == []


@pytest.mark.parametrize("role", BETWEEN)
@pytest.mark.usefixtures("statuses_only")
def test_each_role_between_may_do_what_the_table_says(invited: Cast, role: str) -> None:
    assert deviations(invited.roles[role].client, invited.acme, expected_for(ROLES[role])) == []


@pytest.mark.parametrize(("reason", "role"), SUSPENDED)
def test_a_suspension_withholds_what_the_table_says(invited: Cast, reason: str, role: str) -> None:
    suspend_organization(organization=invited.acme, reason=reason, by=Actor.system())
    held = ROLES[role] - WITHHELD[reason]
    expected = expected_for(held, role=ROLES[role])
    assert deviations(invited.roles[role].client, invited.acme, expected) == []


@pytest.mark.parametrize("role", [pytest.param("admin", marks=pytest.mark.long), "member"])
@pytest.mark.usefixtures("statuses_only")
def test_removed_a_moment_ago_one_is_a_stranger(invited: Cast, role: str) -> None:
    person = invited.roles[role]
    assert person.client.get("/o/acme/").status_code == 200
    remove_member(membership=person.membership(invited.acme), by=invited.olivia.actor(invited.acme))
    assert deviations(person.client, invited.acme, always(ABSENT)) == []


@pytest.mark.usefixtures("statuses_only")
def test_once_a_membership_is_over_one_is_a_stranger(invited: Cast) -> None:
    """Before the task has taken it away: the clock alone decides. An owner's has no end, an admin's may."""
    person = invited.adam
    invited.acme.memberships.filter(user=person.user).update(ends_at=timezone.now())
    assert deviations(person.client, invited.acme, always(ABSENT)) == []


@pytest.mark.parametrize("role", ["owner", pytest.param("member", marks=pytest.mark.long)])
@pytest.mark.usefixtures("statuses_only")
def test_closed_it_is_there_for_nobody(invited: Cast, role: str) -> None:
    close(invited.acme, invited.olivia)
    assert deviations(invited.roles[role].client, invited.acme, always(ABSENT)) == []


@pytest.mark.parametrize("role", ["owner", *(pytest.param(role, marks=pytest.mark.long) for role in list(ROLES)[1:])])
def test_ids_of_another_organization_are_not_there(invited: Cast, role: str) -> None:
    """Rival's ids below Acme's slug: as an id that was never given, whatever the method."""
    client = invited.roles[role].client
    foreign, made_up = ids_of(invited.rival), dict.fromkeys(ids_of(invited.rival), uuid4())
    of_objects = object_names()
    for theirs, nobodys in zip(visits("acme", foreign), visits("acme", made_up), strict=True):
        if theirs.name not in of_objects:
            continue
        answer, absent = theirs.by(client), nobodys.by(client)
        is_open = ADDRESSES[theirs.name].is_open(theirs.method, ROLES[role])
        assert outcome(answer) == (ABSENT if is_open else FORBIDDEN), theirs
        # The switch of language comes back to the page: its address is all that may differ.
        assert without_tokens(answer).replace(theirs.path, "") == without_tokens(absent).replace(nobodys.path, "")


def test_nothing_of_another_organization_changes(invited: Cast) -> None:
    """The walk undoes what it did; here nothing may have been done at all."""
    rival = invited.rival
    client = invited.olivia.client
    ids = ids_of(rival)
    client.post(f"/o/acme/members/{ids['member']}/role/", {"role": "member"})
    client.post(f"/o/acme/members/{ids['member']}/removal/")
    client.post(f"/o/acme/members/invitations/{ids['invitation']}/revocation/")
    client.post(f"/o/acme/members/invitations/{ids['invitation']}/sending/")
    assert [m.role for m in rival.memberships.all()] == ["owner"]
    assert [(i.state, i.nonce) for i in rival.invitations.all()] == [("pending", 1)]


def test_a_personal_account_has_no_pages_about_people(invited: Cast) -> None:
    personal = invited.olivia.user.personal_account
    # Of the objects that it has, too, one of its own.
    domain = add_domain(organization=personal, name="olivia.example", by=invited.olivia.actor(personal))
    ids = {**ids_of(invited.acme), "settings": domain.pk}
    found = {
        (visit.name, visit.method): outcome(visit.by(invited.olivia.client)) for visit in visits(personal.slug, ids)
    }
    expected = {
        (name, method): OPEN if address.in_personal else ABSENT
        for name, address in ADDRESSES.items()
        for method in METHODS
        if address.permission(method)
    }
    assert found == expected


def test_personal_always_means_my_own(cast: Cast) -> None:
    for person in (cast.olivia, cast.sam):
        cast_page = person.client.get("/o/personal/settings/")
        assert str(person.user.personal_account.pk) in cast_page.content.decode()


def test_in_a_personal_account_nobody_holds_what_is_about_people(cast: Cast) -> None:
    membership = cast.sam.membership(cast.sam.user.personal_account)
    assert {str(p) for p in membership.permissions} == ROLES["owner"] - PEOPLE


def test_a_former_slug_leads_to_the_present_one_and_takes_forms(invited: Cast) -> None:
    client = invited.olivia.client
    client.post("/o/acme/settings/", {"name": "Acme", "slug": "acme-robotics", "description": ""})
    answer = client.get("/o/acme/members/?q=mia")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/o/acme-robotics/members/?q=mia")
    allowed = expected_for(ROLES["owner"])
    # Looking leads to the present address first, whatever stands there.
    wrong = deviations(client, invited.acme, lambda v: OPEN if v.method == "GET" else allowed(v), slug="acme")
    assert wrong == []
    client.post("/o/acme/members/invitations/new/", {"email": "posted.late@example.com", "role": "member"})
    assert invited.acme.invitations.filter(email="posted.late@example.com").exists()
    assert invited.sam.client.get("/o/acme/").status_code == 404


def test_a_denial_is_written_down_with_who_and_what(invited: Cast) -> None:
    invited.mia.client.post("/o/acme/settings/", {"name": "Mine now", "slug": "acme"})
    event = Event.objects.get(outcome="denied")
    assert (event.action, event.organization_id, event.actor_id) == (
        "permission.denied",
        invited.acme.pk,
        invited.mia.user.pk,
    )
    assert event.after == {"code": "edit_settings"}
