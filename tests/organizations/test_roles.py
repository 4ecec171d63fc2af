"""Roles that an organization makes itself: made, given and seen through the pages of settings."""

import pytest

from organizations.models import CustomRole, Invitation, counting
from organizations.roles import Permission
from organizations.views import roles as views
from tests.cast import Cast
from tests.organizations.custom_roles import NEW, ROLES, give, held, make
from tests.reading import body, error_at, links, main_words

pytestmark = pytest.mark.django_db


def test_a_role_is_made_given_and_asked_for(cast: Cast) -> None:
    role = make(cast)
    assert held(role) == {"view_organization", "view_members", "view_billing"}
    give(cast, "mia", role)
    assert cast.mia.membership(cast.acme).role_label == "Auditor"
    assert cast.mia.client.get("/o/acme/members/").status_code == 200
    # What a Member may do, and an Auditor may not.
    assert Permission.RAISE_TICKETS not in cast.mia.membership(cast.acme).permissions
    assert cast.mia.client.get("/o/acme/members/invitations/new/").status_code == 403


def test_somebody_can_be_invited_with_it(cast: Cast) -> None:
    role = make(cast)
    cast.olivia.client.post(
        "/o/acme/members/invitations/new/", {"email": "sam.stranger@example.com", "role": str(role.pk), "note": ""}
    )
    assert Invitation.objects.get().role_label == "Auditor"


def test_the_table_says_what_the_code_asks(cast: Cast) -> None:
    make(cast, "Auditor", "view_members")
    said = main_words(cast.mia.client.get(ROLES))
    assert "May Owner Admin Billing Tech Member Auditor" in said
    assert "See its members yes yes yes yes yes yes" in said
    assert "See the organization yes yes yes yes yes yes" in said
    assert "Invite members yes yes ·no ·no ·no ·no" in said
    assert "Pay yes ·no" not in said
    assert "Pay yes yes yes ·no ·no ·no" in said
    assert "Close the organization yes ·no ·no ·no ·no ·no" in said


def test_every_permission_has_a_line_and_every_line_its_cells(cast: Cast) -> None:
    source = body(cast.mia.client.get(ROLES))
    assert source.count('<th scope="row">') == 30 == len(Permission)
    assert source.count(">yes<") + source.count(">no<") == 30 * 5


def test_it_says_how_many_have_each_and_leads_to_them(cast: Cast) -> None:
    role = make(cast)
    give(cast, "mia", role)
    give(cast, "theo", role)
    response = cast.olivia.client.get(ROLES)
    said = main_words(response)
    assert "Owner Your role 1 member" in said
    assert "Tech nobody" in said
    assert "Auditor Made here 2 members Edit Delete" in said
    listed = f"/o/acme/members/?role={role.pk}"
    assert listed in links(response)
    members = main_words(cast.olivia.client.get(listed))
    assert "Mia Member" in members
    assert "Adam Admin" not in members


def test_many_are_counted_no_further_than_anybody_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    role = make(cast)
    for who in ("mia", "theo", "bella"):
        give(cast, who, role)
    assert "Auditor Made here 3 members" in main_words(cast.olivia.client.get(ROLES))
    for module in (counting, views):
        monkeypatch.setattr(module, "COUNTED", 2)
    assert "Auditor Made here more than 1,000 members" in main_words(cast.olivia.client.get(ROLES))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "This field is required."),
        ("auditor", "Another role has this name. Choose another one."),
        ("  AUDITOR ", "Another role has this name. Choose another one."),
        ("Owner", "A built-in role has this name. Choose another one."),
        ("member", "A built-in role has this name. Choose another one."),
        # A built-in role's name in French.
        ("propriétaire", "A built-in role has this name. Choose another one."),
        ("\u200b\u2060", "Give it a name that can be read."),
        ("x" * 41, "Ensure this value has at most 40 characters (it has 41)."),
    ],
)
def test_a_name_that_is_not_to_be_had_is_refused_at_the_field(cast: Cast, name: str, error: str) -> None:
    make(cast)
    answer = cast.olivia.client.post(NEW, {"name": name, "permissions": ["view_members"]})
    assert error_at(answer, "name") == error
    assert CustomRole.objects.count() == 1


def test_names_of_another_organization_are_free(cast: Cast) -> None:
    make(cast)
    cast.rita.client.post("/o/rival/settings/roles/new/", {"name": "Auditor", "permissions": ["view_members"]})
    assert CustomRole.objects.filter(name="Auditor").count() == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<b>Chief</b>", "<b>Chief</b>"),
        ("Two\r\nLines", "Two Lines"),
        ("\u202eRotidua", "Rotidua"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_a_name_with_markup_breaks_or_marks_is_inert(cast: Cast, typed: str, kept: str) -> None:
    """Attack 34."""
    role = make_named(cast, typed)
    assert role.name == kept
    source = body(cast.olivia.client.get(ROLES))
    assert "<b>Chief" not in source
    assert "49" not in main_words(cast.olivia.client.get(ROLES))


def make_named(cast: Cast, typed: str) -> CustomRole:
    cast.olivia.client.post(NEW, {"name": typed, "permissions": ["view_members"]})
    return CustomRole.objects.get()


def test_what_was_typed_is_kept_when_it_is_refused(cast: Cast) -> None:
    answer = cast.olivia.client.post(NEW, {"name": "Owner", "permissions": ["pay", "view_members"]})
    source = body(answer)
    assert 'value="pay" id="id_pay" checked' in source
    assert 'value="raise_tickets" id="id_raise_tickets" checked' not in source
    assert 'value="Owner"' in source


def test_nobody_makes_a_role_of_what_they_do_not_hold(cast: Cast) -> None:
    """Attack 21: an Admin adds what only Owners hold, by the form, made up."""
    for forged in ("close_organization", "transfer_organization"):
        answer = cast.adam.client.post(NEW, {"name": "Chief", "permissions": ["view_members", forged]})
        assert error_at(answer, "permissions") == "You can only choose what your own role may do."
    assert not CustomRole.objects.exists()


def test_not_even_an_owner_makes_another_founders_role(cast: Cast) -> None:
    answer = cast.olivia.client.post(NEW, {"name": "Chief", "permissions": ["close_organization"]})
    assert error_at(answer, "permissions") == "You can only choose what your own role may do."
    assert "close_organization" not in body(cast.olivia.client.get(NEW))


@pytest.mark.parametrize("forged", ["everything", "", "is_staff", "x" * 500, "view_members,close_organization"])
def test_what_is_no_permission_is_refused(cast: Cast, forged: str) -> None:
    answer = cast.olivia.client.post(NEW, {"name": "Chief", "permissions": [forged]})
    assert answer.status_code == 200
    assert error_at(answer, "permissions")
    assert not CustomRole.objects.exists()
