"""Signing up through an invitation: the mailed link proves that one address; a copied link proves none."""

import pytest
from allauth.account.models import EmailAddress
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User
from organizations.models import Membership
from tests.cast import Cast, make_person
from tests.organizations.inviting import copied_link, invite, mailed_link
from tests.reading import link_in, links, mails_to, words

pytestmark = pytest.mark.django_db

NEW_FACE = "new.face@example.com"
PASSWORD = "plum-harbour-71"


def sign_up(client: Client, email: str, link: str) -> HttpResponseBase:
    """Open the link, follow *Create account*, fill the form in."""
    page = next(href for href in links(client.get(link)) if href.startswith("/accounts/signup/"))
    form = client.get(page)
    assert f'value="{NEW_FACE}"' in form.content.decode()
    return client.post(page, {"email": email, "password1": PASSWORD, "password2": PASSWORD, "next": link})


def is_verified(email: str) -> bool:
    return bool(EmailAddress.objects.filter(email=email, verified=True).exists())


def test_through_the_mailed_link_one_is_in_at_once_and_accepts(cast: Cast) -> None:
    client, link = Client(), mailed_link(invite(cast, NEW_FACE, "tech"))
    response = sign_up(client, NEW_FACE, link)
    assert response.headers["Location"] == link
    assert is_verified(NEW_FACE)
    assert not mails_to(NEW_FACE, "verification")
    response = client.post(f"{link}acceptance/", follow=True)
    assert response.redirect_chain == [("/o/acme/", 302)]
    assert Membership.objects.get(organization=cast.acme, user__email=NEW_FACE).role == "tech"


def test_the_case_of_the_address_does_not_matter(cast: Cast) -> None:
    client, link = Client(), mailed_link(invite(cast, NEW_FACE))
    sign_up(client, "New.Face@Example.COM", link)
    assert is_verified(NEW_FACE)
    assert client.post(f"{link}acceptance/").status_code == 302


def test_through_a_copied_link_the_address_is_still_to_be_verified(cast: Cast) -> None:
    """Whoever passes the link on has it too: it proves nothing."""
    invitation = invite(cast, NEW_FACE)
    client, link = Client(), copied_link(cast, invitation)
    sign_up(client, NEW_FACE, link)
    assert not is_verified(NEW_FACE)
    [mail] = mails_to(NEW_FACE, "verification")
    client.post(f"{link}acceptance/")
    assert not Membership.objects.filter(organization=cast.acme, user__email=NEW_FACE).exists()
    # Once verified, the same copied link does.
    client.post(link_in(mail))
    assert is_verified(NEW_FACE)
    assert client.post(f"{link}acceptance/").status_code == 302


def test_another_address_typed_in_stays_unverified(cast: Cast) -> None:
    client, link = Client(), mailed_link(invite(cast, NEW_FACE))
    sign_up(client, "somebody.else@example.com", link)
    assert not is_verified("somebody.else@example.com")
    assert len(mails_to("somebody.else@example.com", "verification")) == 1


def test_another_address_first_and_then_the_invited_one(cast: Cast) -> None:
    """The proof is used up or dropped by a sign-up with something else; it must not linger for a later one."""
    client, link = Client(), mailed_link(invite(cast, NEW_FACE))
    sign_up(client, "somebody.else@example.com", link)
    client.post("/accounts/signup/", {"email": NEW_FACE, "password1": PASSWORD, "password2": PASSWORD})
    assert not EmailAddress.objects.filter(email=NEW_FACE, verified=True).exists()


def test_the_proof_stays_in_the_browser_that_opened_the_link(cast: Cast) -> None:
    link = mailed_link(invite(cast, NEW_FACE))
    Client().get(link)
    client = Client()
    client.post("/accounts/signup/", {"email": NEW_FACE, "password1": PASSWORD, "password2": PASSWORD})
    assert not is_verified(NEW_FACE)


@pytest.mark.parametrize("ended", ["revocation", "sending"])
def test_a_link_that_ended_proves_nothing(cast: Cast, ended: str) -> None:
    invitation = invite(cast, NEW_FACE)
    link, client = mailed_link(invitation), Client()
    cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/{ended}/")
    client.get(link)
    client.post("/accounts/signup/", {"email": NEW_FACE, "password1": PASSWORD, "password2": PASSWORD})
    assert not is_verified(NEW_FACE)


def test_the_mailed_link_does_not_take_over_an_account_that_exists(cast: Cast) -> None:
    """Signing up with an address that has an account: the same page as ever, and nothing of that account changes."""
    make_person(NEW_FACE)
    password = User.objects.get(email=NEW_FACE).password
    client, link = Client(), mailed_link(invite(cast, NEW_FACE))
    sign_up(client, NEW_FACE, link)
    assert User.objects.get(email=NEW_FACE).password == password
    assert "_auth_user_id" not in client.session
    assert client.post(f"{link}acceptance/").status_code == 200
    assert not Membership.objects.filter(organization=cast.acme, user__email=NEW_FACE).exists()


def test_opening_the_link_signed_in_notes_nothing_for_a_later_sign_up(cast: Cast) -> None:
    link = mailed_link(invite(cast, NEW_FACE))
    client = cast.rita.client
    client.get(link)
    client.post("/accounts/logout/")
    client.post("/accounts/signup/", {"email": NEW_FACE, "password1": PASSWORD, "password2": PASSWORD})
    assert not is_verified(NEW_FACE)


class TestTheListOfMyInvitations:
    def test_it_shows_those_to_my_verified_addresses_with_a_way_to_answer(self, cast: Cast) -> None:
        invite(cast, "sam.stranger@example.com", "tech", by=cast.adam)
        client = cast.sam.client
        page = words(client.get("/profile/organizations/"))
        assert "As Tech, invited by Adam Admin" in page
        accept = next(
            action
            for action in client.get("/profile/organizations/").content.decode().split('"')
            if action.endswith("/acceptance/")
        )
        assert client.post(accept).headers["Location"] == "/o/acme/"
        assert "No invitations" in words(client.get("/profile/organizations/"))

    def test_another_verified_address_counts_and_an_unverified_one_does_not(self, cast: Cast) -> None:
        invite(cast, "second@example.com")
        address = EmailAddress.objects.create(user=cast.sam.user, email="second@example.com", verified=False)
        assert "No invitations" in words(cast.sam.client.get("/profile/organizations/"))
        address.verified = True
        address.save()
        assert "As Member, invited by Olivia Owner" in words(cast.sam.client.get("/profile/organizations/"))

    def test_it_shows_open_ones_only(self, cast: Cast) -> None:
        invitation = invite(cast, "sam.stranger@example.com")
        cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/revocation/")
        assert "No invitations" in words(cast.sam.client.get("/profile/organizations/"))

    def test_it_lists_my_organizations_with_role_and_join_date(self, cast: Cast) -> None:
        page = words(cast.theo.client.get("/profile/organizations/"))
        assert "Acme Tech" in page.replace("AA ", "")
        assert "Personal account Owner" in page
        assert "Rival" not in page
