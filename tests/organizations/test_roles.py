"""Roles that an organization makes itself: named, given, changed and deleted through the pages of settings."""

import pytest
from django.http import HttpResponseBase

from organizations.models import CustomRole, Domain, Invitation, counting
from organizations.roles import Permission
from organizations.views import roles as views
from tests.cast import Cast, Person
from tests.organizations.inviting import invite
from tests.reading import body, error_at, links, main_words, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ROLES = "/o/acme/settings/roles/"
NEW = "/o/acme/settings/roles/new/"


def make(cast: Cast, name: str = "Auditor", *permissions: str) -> CustomRole:
    """A role of Acme, made by its owner on the page."""
    answer = cast.olivia.client.post(
        NEW, {"name": name, "permissions": permissions or ("view_members", "view_billing")}
    )
    assert answer.status_code == 302, main_words(answer)
    return CustomRole.objects.get(organization=cast.acme, name=name)


def page(role: CustomRole, what: str = "") -> str:
    return f"{ROLES}{role.pk}/{what}"


def edit(cast: Cast, role: CustomRole, *permissions: str, who: str = "olivia", name: str = "") -> HttpResponseBase:
    person: Person = getattr(cast, who)
    return person.client.post(page(role), {"name": name or role.name, "permissions": permissions})


def give(cast: Cast, who: str, role: CustomRole) -> None:
    member = getattr(cast, who).membership(cast.acme)
    answer = cast.olivia.client.post(f"/o/acme/members/{member.pk}/role/", {"role": str(role.pk)})
    assert answer.status_code == 302


def held(role: CustomRole) -> set[str]:
    role.refresh_from_db()
    return {str(permission) for permission in role.permissions}


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
    assert source.count('<th scope="row">') == 22 == len(Permission)
    assert source.count(">yes<") + source.count(">no<") == 22 * 5


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


def managers(cast: Cast) -> CustomRole:
    """Mia manages roles, and little else."""
    role = make(cast, "Manager", "view_members", "manage_roles", "change_roles")
    give(cast, "mia", role)
    return role


def test_who_manages_roles_sees_locked_what_is_not_theirs(cast: Cast) -> None:
    managers(cast)
    source = body(cast.mia.client.get(NEW))
    assert 'id="id_pay" disabled' in source
    assert 'id="id_view_organization" checked disabled' in source
    assert 'id="id_view_members">' in source


def test_a_role_that_may_do_more_than_mine_is_not_mine_to_change(cast: Cast) -> None:
    managers(cast)
    auditor = make(cast)
    answer = edit(cast, auditor, "view_members", who="mia")
    assert "This role may do more than yours, so you cannot change it." in main_words(answer)
    assert held(auditor) == {"view_organization", "view_members", "view_billing"}
    answer = cast.mia.client.post(page(auditor, "deletion/"), {})
    assert "This role may do more than yours" in main_words(answer)
    assert CustomRole.objects.filter(pk=auditor.pk).exists()
    assert f"{ROLES}{auditor.pk}/" not in links(cast.mia.client.get(ROLES))


def test_nobody_adds_to_their_own_role(cast: Cast) -> None:
    mine = managers(cast)
    answer = edit(cast, mine, "view_members", "manage_roles", "pay", who="mia")
    assert error_at(answer, "permissions") == "You can only choose what your own role may do."
    assert "pay" not in held(mine)


def test_one_may_take_from_ones_own_role_where_the_policy_lets_one_step_down(cast: Cast) -> None:
    mine = managers(cast)
    assert edit(cast, mine, "view_members", who="mia").status_code == 302
    assert held(mine) == {"view_organization", "view_members"}
    # And that was the last time.
    assert cast.mia.client.get(ROLES + "new/").status_code == 403


def test_a_role_is_renamed_and_widened_by_who_holds_all_of_it(cast: Cast) -> None:
    role = make(cast)
    assert edit(cast, role, "view_members", "pay", who="adam", name="Payer").status_code == 302
    assert (held(role), role.name) == ({"view_organization", "view_members", "pay"}, "Payer")


def test_a_narrowed_role_is_narrow_at_once(cast: Cast) -> None:
    role = make(cast, "Recruiter", "view_members", "invite_members", "view_billing")
    give(cast, "mia", role)
    client = cast.mia.client
    assert client.get("/o/acme/members/invitations/new/").status_code == 200
    edit(cast, role, "view_members")
    assert client.post("/o/acme/members/invitations/new/", {"email": "x@example.com"}).status_code == 403


def test_what_its_people_could_not_offer_now_is_taken_back(cast: Cast) -> None:
    role = make(cast, "Recruiter", "view_members", "invite_members", "view_projects", "raise_tickets", "view_billing")
    small = make(cast, "Guest", "view_members")
    give(cast, "mia", role)
    invite(cast, "one@example.com", "member", by=cast.mia)
    invite(cast, "two@example.com", str(small.pk), by=cast.mia)
    invite(cast, "three@example.com", "member", by=cast.adam)
    edit(cast, role, "view_members", "invite_members")
    assert dict(Invitation.objects.values_list("email", "state")) == {
        "one@example.com": "revoked",
        "two@example.com": "pending",
        "three@example.com": "pending",
    }


def test_two_who_change_a_role_from_the_same_page_do_not_undo_each_other(cast: Cast) -> None:
    role = make(cast)
    version = role.version
    cast.adam.client.post(page(role), {"name": "Auditor", "permissions": ["view_members"], "version": version})
    late = cast.olivia.client.post(
        page(role), {"name": "Auditor", "permissions": ["view_members", "pay"], "version": version}, follow=True
    )
    assert "Somebody has changed this role meanwhile." in words(late)
    assert held(role) == {"view_organization", "view_members"}


def test_an_old_tab_changes_no_role_that_is_gone(cast: Cast) -> None:
    role = make(cast)
    cast.olivia.client.post(page(role, "deletion/"), {})
    assert not CustomRole.objects.exists()
    assert edit(cast, role, "pay").status_code == 404


def test_a_role_that_nobody_has_is_deleted_without_a_question_about_people(cast: Cast) -> None:
    role = make(cast)
    asked = cast.olivia.client.get(page(role, "deletion/"))
    assert "Nobody has it, and nobody is invited with it." in main_words(asked)
    assert cast.olivia.client.post(page(role, "deletion/"), {}).status_code == 302
    assert not CustomRole.objects.exists()


def test_its_people_invitations_and_domains_go_where_one_says(cast: Cast) -> None:
    role, other = make(cast), make(cast, "Guest", "view_members")
    give(cast, "mia", role)
    invite(cast, "one@example.com", str(role.pk))
    Domain.objects.create(organization=cast.acme, name="acme.example", role="custom", custom_role=role)
    asked = cast.olivia.client.get(page(role, "deletion/"))
    assert "1 member" in main_words(asked)
    # Nobody becomes an Owner by the dozen.
    assert 'value="owner"' not in body(asked)
    for wrong in ("", "owner", str(role.pk), "made-up"):
        answer = cast.olivia.client.post(page(role, "deletion/"), {"replacement": wrong})
        assert error_at(answer, "replacement"), wrong
    assert cast.olivia.client.post(page(role, "deletion/"), {"replacement": str(other.pk)}).status_code == 302
    assert cast.mia.membership(cast.acme).role_label == "Guest"
    assert [row.role_label for row in (Invitation.objects.get(), Domain.objects.get())] == ["Guest", "Guest"]
    assert not CustomRole.objects.filter(pk=role.pk).exists()


def test_its_people_stand_where_their_new_role_does(cast: Cast) -> None:
    role = make(cast)
    give(cast, "mia", role)
    cast.olivia.client.post(page(role, "deletion/"), {"replacement": "billing"})
    mia = cast.mia.membership(cast.acme)
    assert (mia.role, mia.custom_role_id, mia.rank) == ("billing", None, 2)


def test_nobody_gives_by_deleting_what_they_do_not_hold(cast: Cast) -> None:
    managers(cast)
    small = make(cast, "Guest", "view_members")
    give(cast, "theo", small)
    for above in ("admin", "owner", "tech"):
        answer = cast.mia.client.post(page(small, "deletion/"), {"replacement": above})
        assert error_at(answer, "replacement"), above
    assert cast.theo.membership(cast.acme).role_label == "Guest"


def test_a_role_of_another_organization_is_neither_given_nor_a_replacement(cast: Cast) -> None:
    """Attack 19."""
    cast.rita.client.post("/o/rival/settings/roles/new/", {"name": "Theirs", "permissions": ["view_members"]})
    theirs = CustomRole.objects.get(name="Theirs")
    role = make(cast)
    give(cast, "mia", role)
    answer = cast.olivia.client.post(page(role, "deletion/"), {"replacement": str(theirs.pk)})
    assert error_at(answer, "replacement") == "There is no such role."
    mia = cast.mia.membership(cast.acme)
    cast.olivia.client.post(f"/o/acme/members/{mia.pk}/role/", {"role": str(theirs.pk)})
    assert cast.mia.membership(cast.acme).role_label == "Auditor"
    for path in (page(theirs), page(theirs, "deletion/")):
        assert cast.olivia.client.get(path).status_code == 404
        assert cast.olivia.client.post(path, {"name": "Mine"}).status_code == 404


def test_fifty_are_enough(cast: Cast) -> None:
    CustomRole.objects.bulk_create(
        CustomRole(organization=cast.acme, name=f"Role {number}", permissions={Permission.VIEW_ORGANIZATION})
        for number in range(50)
    )
    answer = cast.olivia.client.post(NEW, {"name": "One more", "permissions": ["view_members"]})
    assert "An organization can make 50 roles of its own. Delete one first." in main_words(answer)
    assert CustomRole.objects.count() == 50
