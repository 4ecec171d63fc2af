"""Attacks on organizations and their people: power that is kept, rooms that are filled, names that deceive."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from organizations.actions import create_role, remind_invited, suspend_organization
from organizations.actors import Actor
from organizations.models import CustomRole, InvitationBatch, Membership, Organization, Slug, Transfer
from organizations.models.batch import BatchRow
from tests.cast import Cast
from tests.organizations.asking import ask, make_public
from tests.organizations.batching import again as batch_again
from tests.organizations.batching import give, page_of
from tests.organizations.inviting import NEW, again, copied_link, invite
from tests.reading import words

pytestmark = pytest.mark.django_db

ROLES = "/o/acme/settings/roles/"
SETTINGS = "/o/acme/settings/"


def suspend(organization: Organization) -> None:
    """Staff stop it."""
    suspend_organization(organization=organization, reason="staff", by=Actor.system())


class TestWhatIsKept:
    def test_23_who_leaves_does_not_come_back_by_an_invitation_of_their_own(self, cast: Cast) -> None:
        """To another address of theirs, for the day on which somebody wants them out."""
        invitation = invite(cast, "adam.two@example.com", "admin", by=cast.adam)
        cast.adam.client.post("/o/acme/leaving/")
        assert again(invitation).state == "revoked"

    def test_nobody_comes_in_by_an_old_invitation_while_staff_have_stopped_the_organization(self, cast: Cast) -> None:
        link = copied_link(cast, invite(cast, "sam.stranger@example.com"))
        suspend(cast.acme)
        response = cast.sam.client.post(f"{link}acceptance/")
        assert response.status_code == 409
        assert "Acme takes no new members at the moment." in words(response)
        assert not Membership.objects.filter(user=cast.sam.user, organization=cast.acme).exists()
        assert cast.sam.client.post(f"{link}declination/").status_code == 302

    def test_nobody_is_reminded_of_it_either(self, cast: Cast) -> None:
        invite(cast, "new.face@example.com")
        suspend(cast.acme)
        with time_machine.travel(timezone.now() + timedelta(days=4), tick=True):
            assert remind_invited() == 0


class TestWhatIsFilled:
    def test_an_organization_does_not_take_all_good_addresses_by_changing_its_own(self, cast: Cast) -> None:
        client = cast.adam.client
        for number in range(12):
            client.post(SETTINGS, {"name": "Acme", "slug": f"brand-{number}", "description": ""})
        assert Slug.objects.filter(organization=cast.acme).count() == 10
        # It goes back to one of its own all the same.
        client.post("/o/brand-8/settings/", {"name": "Acme", "slug": "acme", "description": ""})
        assert Organization.objects.get(pk=cast.acme.pk).slug == "acme"

    def test_lists_that_wait_for_their_allowance_do_not_pile_up(self, cast: Cast) -> None:
        for number in range(10):
            cast.olivia.client.post(f"{page_of(give(cast, f'number.{number}@example.com'))}confirmation/")
        batch = give(cast, "one.more@example.com")
        response = cast.olivia.client.post(f"{page_of(batch)}confirmation/", follow=True)
        assert "Several lists are being sent already. Wait until one is done, or stop one." in words(response)
        assert batch_again(batch).is_checked
        assert InvitationBatch.objects.filter(state="sending").count() == 10
        running = InvitationBatch.objects.filter(state="sending").earliest("id")
        cast.olivia.client.post(f"{page_of(running)}cancellation/")
        cast.olivia.client.post(f"{page_of(batch)}confirmation/")
        assert batch_again(batch).is_sending


class TestWhatDeceives:
    @pytest.mark.parametrize(
        "name",
        ["Owner\u200b", "Ow\u00adner", "\u2060Owner", "Owner\u034f", "\uff2f\uff57\uff4e\uff45\uff52", "\u00d3wner"],
        ids=["zero width space", "soft hyphen", "word joiner", "grapheme joiner", "full width", "accent"],
    )
    def test_a_role_does_not_look_like_a_built_in_one(self, cast: Cast, name: str) -> None:
        response = cast.adam.client.post(f"{ROLES}new/", {"name": name, "permissions": ["view_members"]})
        assert "A built-in role has this name." in words(response)
        assert not CustomRole.objects.exists()

    def test_nor_like_another_one(self, cast: Cast) -> None:
        cast.adam.client.post(f"{ROLES}new/", {"name": "Auditor", "permissions": ["view_members"]})
        response = cast.adam.client.post(f"{ROLES}new/", {"name": "Audi\u200btor", "permissions": ["view_members"]})
        assert "Another role has this name." in words(response)
        assert CustomRole.objects.count() == 1


class TestRolesOfOthers:
    def test_19_21_a_role_of_another_organization_is_none_in_any_form(self, cast: Cast) -> None:
        theirs = create_role(
            organization=cast.rival, name="Theirs", permissions=["invite_members"], by=cast.rita.actor(cast.rival)
        )
        make_public(cast.acme)
        key, mia, asked = str(theirs.pk), cast.mia.membership(cast.acme), ask(cast.sam)
        before = theirs.permissions
        for path, fields in (
            (f"/o/acme/members/{mia.pk}/role/", {"role": key}),
            (f"/o/acme/members/{mia.pk}/role/restoration/?role={key}", {}),
            (NEW, {"email": "new.face@example.com", "role": key}),
            (f"/o/acme/members/requests/{asked.pk}/approval/", {"role": key}),
            ("/o/acme/settings/transfer/", {"member": str(mia.pk), "role": key}),
            ("/o/acme/role/", {"role": key}),
            (f"{ROLES}{key}/", {"name": "Mine", "permissions": ["pay"]}),
            (f"{ROLES}{key}/deletion/", {"replacement": "member"}),
        ):
            cast.olivia.client.post(path, fields)
        batch = give(cast, "email,role", f"one@example.com,{key}", "two@example.com,Theirs")
        assert set(BatchRow.objects.filter(batch=batch).values_list("problem", flat=True)) == {"role"}
        assert not cast.acme.invitations.exists()
        assert not Transfer.objects.exists()
        assert not Membership.objects.filter(custom_role=theirs).exists()
        assert not Membership.objects.filter(user=cast.sam.user, organization=cast.acme).exists()
        theirs.refresh_from_db()
        assert (theirs.name, theirs.permissions) == ("Theirs", before)


def test_31_what_no_database_takes_is_an_organization_that_is_not_there(cast: Cast) -> None:
    page = "/profile/organizations/requests/new/?organization=%00"
    assert cast.sam.client.get(page).status_code == 404
    assert cast.sam.client.post(page, {"note": ""}).status_code == 404
