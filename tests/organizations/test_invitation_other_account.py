"""An invitation's link, opened by somebody who is signed in with another account."""

from urllib.parse import unquote

import pytest
import time_machine

from audit.models import Event
from organizations.models import Invitation, Organization
from tests.accounts.signing import prove
from tests.cast import Cast
from tests.organizations.inviting import again, mailed_link
from tests.reading import link_in, links, mails_to, posts, words, words_at

pytestmark = pytest.mark.django_db

SAM = "sam.stranger@example.com"


class TestSignedInWithAnotherAccount:
    def test_the_page_says_so_and_offers_to_switch_or_to_verify(self, cast: Cast, invitation: Invitation) -> None:
        link = mailed_link(invitation)
        response = cast.rita.client.get(link)
        assert response.status_code == 200
        assert "The invitation is for sam.stranger@example.com. You are signed in as rita.rival@example.com." in words(
            response
        )
        assert f"{link}address/" in posts(response)
        assert "/accounts/logout/" in posts(response)
        assert not any("acceptance" in action for action in posts(response))

    def test_posting_all_the_same_is_refused_and_leaves_a_denial(self, cast: Cast, invitation: Invitation) -> None:
        response = cast.rita.client.post(f"{mailed_link(invitation)}acceptance/")
        assert response.status_code == 409
        assert "This invitation is for sam.stranger@example.com." in words(response)
        assert cast.rita.client.post(f"{mailed_link(invitation)}declination/").status_code == 409
        assert again(invitation).status == "pending"
        assert set(Event.objects.filter(outcome="denied").values_list("action", "organization_id")) == {
            ("invitation.accepted", cast.acme.pk),
            ("invitation.declined", cast.acme.pk),
        }

    def test_switching_signs_out_and_comes_back_to_the_invitation(self, cast: Cast, invitation: Invitation) -> None:
        link = mailed_link(invitation)
        client = cast.rita.client
        response = client.post("/accounts/logout/", {"next": link})
        assert (response.status_code, response.headers["Location"]) == (302, link)
        assert f"/accounts/login/?next={link}" in map(unquote, links(client.get(link)))

    def test_verifying_the_address_opens_the_way(
        self, cast: Cast, invitation: Invitation, clock: time_machine.Traveller
    ) -> None:
        """Rita owns the address too: she adds it, proves it by mail, and accepts."""
        Organization.objects.filter(person=cast.sam.user).delete()
        cast.sam.user.delete()
        link, client = mailed_link(invitation), prove(cast.rita.client)
        response = client.post(f"{link}address/", follow=True)
        assert "A mail to sam.stranger@example.com is on its way. Open its link" in words(response)
        assert "is not verified yet" in words(response)
        assert client.post(f"{link}acceptance/").status_code == 409
        [mail] = mails_to(SAM, "verification")
        client.post(link_in(mail))
        response = client.post(f"{link}acceptance/", follow=True)
        assert response.redirect_chain == [("/o/acme/", 302)]
        assert cast.rita.membership(cast.acme).role == "tech"

    def test_the_address_of_another_account_cannot_be_taken(self, cast: Cast, invitation: Invitation) -> None:
        """Sam has proven it already; even with his mail in hand it does not become Rita's."""
        link, client = mailed_link(invitation), prove(cast.rita.client)
        client.post(f"{link}address/")
        for mail in mails_to(SAM, "verification"):
            client.post(link_in(mail))
        assert client.post(f"{link}acceptance/").status_code == 409
        assert cast.sam.client.post(f"{link}acceptance/").status_code == 302

    def test_asking_again_and_again_sends_one_mail(self, cast: Cast, invitation: Invitation) -> None:
        said = [
            words_at(prove(cast.rita.client).post(f"{mailed_link(invitation)}address/", follow=True), "id", "toasts")
            for _ in range(3)
        ]
        assert said[0] == f"A mail to {SAM} is on its way. Open its link, then come back to accept."
        already = f"A mail to {SAM} is on its way already. Open its link, or ask again in a few minutes."
        assert said[1:] == [already, already]
        assert len(mails_to(SAM, "verification")) == 1

    def test_a_verified_address_is_not_said_to_get_a_mail(self, cast: Cast, invitation: Invitation) -> None:
        response = cast.sam.client.post(f"{mailed_link(invitation)}address/", follow=True)
        assert "A mail to" not in words(response)
        assert not mails_to(SAM, "verification")
