"""Suspending and reactivating: who may, from which state, and what goes on meanwhile."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from audit.models import Event
from console.refusal import Refused
from organizations.actions import close_organization, reactivate_organization, suspend_organization
from organizations.actors import Actor
from organizations.models import Organization, Transfer
from tests.api.keying import program_of
from tests.cast import Cast, make_person
from tests.organizations.inviting import invite, mailed_link
from tests.organizations.owning import TRANSFER, offer
from tests.reading import links, main_words, words, words_at

pytestmark = pytest.mark.django_db


def state(organization: Organization) -> tuple[str, str]:
    organization.refresh_from_db()
    return organization.status, organization.suspended_for


@pytest.fixture
def staff(db: None) -> Client:
    """A browser of the company's staff."""
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client


def press(staff: Client, action: str, *organizations: Organization) -> str:
    """Choose organizations in the admin's list and run an action on them."""
    chosen = [str(organization.pk) for organization in organizations]
    response = staff.post(
        "/admin/organizations/organization/",
        {"action": action, "_selected_action": chosen, "index": "0"},
        follow=True,
    )
    return words(response)


def test_staff_suspend_and_reactivate_with_a_button(cast: Cast, staff: Client) -> None:
    press(staff, "suspend", cast.acme)
    assert state(cast.acme) == ("suspended", "staff")
    press(staff, "reactivate", cast.acme)
    assert state(cast.acme) == ("active", "")
    assert [
        (e.action, e.actor_kind, e.organization_id) for e in Event.objects.filter(actor_kind="staff").order_by("id")
    ] == [
        ("organization.suspended", "staff", cast.acme.pk),
        ("organization.reactivated", "staff", cast.acme.pk),
    ]


def test_the_button_says_why_it_did_nothing(cast: Cast, staff: Client) -> None:
    assert "Only a suspended organization can be reactivated." in press(staff, "reactivate", cast.acme)
    press(staff, "suspend", cast.acme)
    assert "This organization is suspended already." in press(staff, "suspend", cast.acme)
    close_organization(organization=cast.rival, name="Rival", acknowledged=True, by=Actor.system())
    assert "A closed organization cannot be suspended." in press(staff, "suspend", cast.rival)


def test_one_that_fails_does_not_keep_the_others_from_it(cast: Cast, staff: Client) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    press(staff, "suspend", cast.acme, cast.rival)
    assert state(cast.acme) == ("suspended", "staff")
    assert state(cast.rival) == ("suspended", "staff")


def test_what_staff_suspended_only_staff_bring_back(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    with pytest.raises(Refused, match="Only our staff"):
        reactivate_organization(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    assert state(cast.acme) == ("suspended", "staff")
    reactivate_organization(organization=cast.acme, by=Actor.staff(cast.sam.user))
    assert state(cast.acme) == ("active", "")


@pytest.mark.parametrize("reason", ["", "because", "STAFF"])
def test_a_reason_that_is_none_suspends_nothing(cast: Cast, reason: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Reason"):
        suspend_organization(organization=cast.acme, reason=reason, by=Actor.system())
    assert state(cast.acme) == ("active", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "suspended"},
        {"suspended_for": "staff"},
        {"status": "asleep"},
        {"status": "closed", "suspended_for": "staff"},
    ],
)
def test_the_database_refuses_a_state_that_makes_no_sense(cast: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=cast.acme.pk).update(**wrong)


@pytest.mark.parametrize("reason", ["unfunded", "past_due"])
def test_people_go_on_while_a_payment_is_missing(cast: Cast, reason: str) -> None:
    """PRODUCT: reading, people, settings, leaving and revoking go on."""
    suspend_organization(organization=cast.acme, reason=reason, by=Actor.system())
    link = mailed_link(invite(cast, "sam.stranger@example.com"))
    assert cast.sam.client.post(f"{link}acceptance/").status_code == 302
    pk = cast.sam.membership(cast.acme).pk
    assert cast.olivia.client.post(f"/o/acme/members/{pk}/role/", {"role": "tech"}).status_code == 302
    assert cast.olivia.client.post("/o/acme/settings/", {"name": "Acme 2", "slug": "acme"}).status_code == 302
    assert cast.olivia.client.post(f"/o/acme/members/{pk}/removal/").status_code == 302
    assert cast.theo.client.post("/o/acme/leaving/").status_code == 302


def test_under_a_suspension_by_staff_members_are_still_removed_and_leave(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    pk = cast.mia.membership(cast.acme).pk
    assert cast.olivia.client.post(f"/o/acme/members/{pk}/removal/").status_code == 302
    assert cast.theo.client.post("/o/acme/leaving/").status_code == 302
    assert cast.acme.memberships.count() == 3


WAY_OUT = {
    "unfunded": "Nothing new can be created or started until a first payment is made. "
    "Who can pay: members with the role Owner, Admin, Billing.",
    "past_due": "A payment is due. Nothing new can be created or started until it is made. "
    "Who can pay: members with the role Owner, Admin, Billing.",
    "staff": "Our staff has stopped it: nothing new can be created or started. "
    "Nobody can be invited, and the settings cannot be changed. Only our staff can lift it; ask them why.",
}


@pytest.mark.parametrize("reason", WAY_OUT)
def test_the_banner_says_what_stops_and_who_can_end_it(cast: Cast, reason: str) -> None:
    suspend_organization(organization=cast.acme, reason=reason, by=Actor.system())
    banner = words_at(cast.mia.client.get("/o/acme/"), "aria-label", "Notice")
    assert banner == f"Acme is suspended. {WAY_OUT[reason]}"


def test_in_a_personal_account_nobody_else_is_named(cast: Cast) -> None:
    suspend_organization(organization=cast.sam.user.personal_account, reason="past_due", by=Actor.system())
    banner = words_at(cast.sam.client.get("/o/personal/"), "aria-label", "Notice")
    assert banner == (
        "Your personal account is suspended. A payment is due. Nothing new can be created or started until it is made. "
        "Make a payment"
    )


def test_the_page_that_refuses_says_it_too(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
    page = main_words(cast.olivia.client.get("/o/acme/settings/security/"))
    assert f"Your role allows it, but Acme is suspended. {WAY_OUT['staff']}" in page


def test_programs_are_told_too(cast: Cast) -> None:
    program = program_of(cast.olivia, cast.acme)
    assert program.get("/organization").json()["why_suspended"] == ""
    suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
    why = "A payment is due. Nothing new can be created or started until it is made."
    told = program.get("/organization").json()
    assert (told["suspended_for"], told["why_suspended"]) == ("past_due", why)
    refused = program.post("/projects", {"name": "Shop"})
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"This key may not do this: it needs “create_projects”. {why}"
    # What no suspension withholds is refused as ever.
    limited = program_of(cast.olivia, cast.acme, permissions={"view_organization"})
    assert "payment" not in limited.get("/members").json()["detail"]


def test_members_see_that_it_is_suspended(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
    assert "Suspended" in words(cast.mia.client.get("/o/acme/"))
    assert "Suspended" in words(cast.mia.client.get("/profile/organizations/"))


class TestOwnershipUnderStaff:
    """Who answers to staff for Acme stays the same until staff have decided."""

    @pytest.fixture(autouse=True)
    def offered(self, cast: Cast) -> Transfer:
        transfer = offer(cast)
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        return transfer

    def test_nobody_takes_it_over(self, cast: Cast, offered: Transfer) -> None:
        page = cast.adam.client.post(f"/transfers/{offered.pk}/acceptance/", follow=True)
        assert "Our staff have suspended this organization. Nobody can take it over meanwhile." in words(page)
        assert (cast.adam.membership(cast.acme).role, Transfer.objects.get(pk=offered.pk).state) == ("admin", "offered")

    def test_nobody_offers_it(self, cast: Cast) -> None:
        assert cast.olivia.client.get(TRANSFER).status_code == 403
        assert TRANSFER not in links(cast.olivia.client.get("/o/acme/settings/"))

    def test_until_they_bring_it_back(self, cast: Cast, offered: Transfer) -> None:
        reactivate_organization(organization=cast.acme, by=Actor.system())
        cast.adam.client.post(f"/transfers/{offered.pk}/acceptance/")
        assert cast.adam.membership(cast.acme).role == "owner"
