"""Who the members are is shown to who may see them, and to nobody else: on no page, in no corner of one."""

import pytest

from organizations.models import CustomRole
from organizations.roles import Permission
from tests.cast import Cast
from tests.organizations.custom_roles import NEW, edit, give, held, make
from tests.organizations.inviting import invite
from tests.reading import links, main_words, words

pytestmark = pytest.mark.django_db

PREVIEW = "/o/acme/settings/security/second-factor/?grace_days=7&phone_counts=on"


def stored(cast: Cast, *permissions: Permission) -> CustomRole:
    """A role as the pages no longer make them."""
    held_by_it = frozenset({Permission.VIEW_ORGANIZATION, *permissions})
    return CustomRole.objects.create(organization=cast.acme, name="Guest", permissions=held_by_it)


def test_the_overview_names_nobody_to_who_may_not_see_members(cast: Cast) -> None:
    give(cast, "mia", make(cast, "Guest", "view_billing"))
    page = cast.mia.client.get("/o/acme/")
    assert "olivia.owner@example.com" not in words(page)
    assert "Newest members" not in words(page)
    assert "Members 5" not in main_words(page)
    assert "Your role Guest" in main_words(page)
    assert cast.mia.client.get("/o/acme/members/").status_code == 403


def test_the_overview_names_them_to_who_may(cast: Cast) -> None:
    page = main_words(cast.theo.client.get("/o/acme/"))
    assert "Newest members" in page
    assert "olivia.owner@example.com" in page


@pytest.mark.parametrize(
    "permission",
    [
        "invite_members",
        "revoke_invitations",
        "decide_requests",
        "change_roles",
        "remove_members",
        "manage_roles",
        "manage_security",
    ],
)
def test_a_role_for_people_sees_the_members(cast: Cast, permission: str) -> None:
    assert held(make(cast, "People", permission)) == {"view_organization", "view_members", permission}


def test_it_keeps_seeing_them_when_it_is_changed(cast: Cast) -> None:
    role = make(cast, "Auditor", "view_billing")
    edit(cast, role, "view_billing", "invite_members")
    assert held(role) == {"view_organization", "view_members", "view_billing", "invite_members"}


def test_a_role_for_money_need_not_see_them(cast: Cast) -> None:
    assert held(make(cast, "Payer", "view_billing", "pay")) == {"view_organization", "view_billing", "pay"}


def test_the_form_says_so(cast: Cast) -> None:
    assert "Whoever may do something about people sees the members too." in main_words(cast.olivia.client.get(NEW))


def test_who_only_sets_rules_sees_how_many_lack_a_factor_and_not_who(cast: Cast) -> None:
    give(cast, "mia", stored(cast, Permission.MANAGE_SECURITY))
    page = main_words(cast.mia.client.get(PREVIEW))
    assert "5 members have no second factor that counts." in page
    assert "olivia.owner@example.com" not in page
    fragment = cast.mia.client.get(f"{PREVIEW}&q=olivia", headers={"HX-Target": "without"})
    assert "olivia.owner@example.com" not in words(fragment)


def test_no_tab_leads_who_only_invites_to_a_page_that_is_closed_to_them(cast: Cast) -> None:
    invite(cast, "one@example.com")
    cast.acme.members_may_invite = True
    cast.acme.save()
    give(cast, "mia", make(cast, "Guest", "view_billing"))
    page = cast.mia.client.get("/o/acme/members/invitations/")
    assert page.status_code == 200
    assert "/o/acme/members/" not in links(page)
