"""Roles that an organization made itself are changed and deleted: by whom, and what becomes of who had them."""

import pytest

from organizations.models import CustomRole, Domain, Invitation
from organizations.roles import Permission
from tests.cast import Cast
from tests.organizations.custom_roles import NEW, ROLES, edit, give, held, make, managers, page
from tests.organizations.inviting import invite
from tests.reading import body, error_at, links, main_words, words

pytestmark = pytest.mark.django_db


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
    assert "Somebody has changed this meanwhile." in words(late)
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
    # Nor an Admin because nobody looked: what stands there already is the least.
    assert '<option value="member" selected>' in body(asked)
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
