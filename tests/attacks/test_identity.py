"""Attacks on identity: each is tried over HTTP; its number stands in ATTACKS.md."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from organizations.models import Membership
from tests.accounts.signing import (
    choose_password,
    is_signed_in,
    make_user,
    prove,
    reset_link,
    sign_in,
    sign_up,
    verification_link,
)
from tests.cast import Cast
from tests.organizations.inviting import again, copied_link, invite, mailed_link
from tests.reading import mails_to, words

pytestmark = pytest.mark.django_db

VICTIM = "vera.victim@example.com"


def is_member(cast: Cast, email: str = VICTIM) -> bool:
    return Membership.objects.filter(organization=cast.acme, user__email=email).exists()


def test_1_sign_up_with_a_victims_address_and_claim_their_invitations(cast: Cast) -> None:
    """The attacker even has the link that can be copied; without the victim's mailbox it opens nothing."""
    invitation = invite(cast, VICTIM)
    link = copied_link(cast, invitation)
    attacker = Client()
    sign_up(attacker, VICTIM)
    for path in ("/profile/organizations/", "/o/acme/", "/o/personal/", "/organizations/new/", "/getting-started/"):
        response = attacker.get(path)
        assert response.status_code == 302
        assert "Acme" not in words(attacker.get(path, follow=True))
    attacker.post(f"{link}acceptance/")
    attacker.post(f"{link}declination/")
    assert not is_member(cast)
    assert again(invitation).status == "pending"


def test_1_add_a_victims_address_to_an_account_and_claim_their_invitations(cast: Cast) -> None:
    invitation = invite(cast, VICTIM)
    link, attacker = copied_link(cast, invitation), cast.rita.client
    prove(attacker).post(f"{link}address/")
    assert EmailAddress.objects.filter(user=cast.rita.user, email=VICTIM, verified=False).exists()
    assert "No invitations" in words(attacker.get("/profile/organizations/"))
    assert attacker.post(f"{link}acceptance/").status_code == 409
    assert again(invitation).status == "pending"


def test_2_accept_an_invitation_as_another_address(cast: Cast) -> None:
    invitation = invite(cast, VICTIM)
    for link in (mailed_link(invitation), copied_link(cast, invitation)):
        response = cast.rita.client.post(f"{link}acceptance/")
        assert response.status_code == 409
        assert "Sign in with another account" in words(response)
    assert not Membership.objects.filter(organization=cast.acme, user=cast.rita.user).exists()


def test_3_use_a_link_again_after_it_ended(cast: Cast) -> None:
    """Accepted and left, revoked, replaced: no link brings anybody in a second time."""
    invitation = invite(cast, "sam.stranger@example.com")
    link, sam = mailed_link(invitation), cast.sam.client
    assert sam.post(f"{link}acceptance/").status_code == 302
    sam.post("/o/acme/leaving/")
    assert sam.post(f"{link}acceptance/").status_code == 410
    second = invite(cast, "sam.stranger@example.com")
    link = mailed_link(second)
    cast.olivia.client.post(f"/o/acme/members/invitations/{second.pk}/sending/")
    assert sam.post(f"{link}acceptance/").status_code == 410
    link = mailed_link(second)
    cast.olivia.client.post(f"/o/acme/members/invitations/{second.pk}/revocation/")
    assert sam.post(f"{link}acceptance/").status_code == 410
    assert sam.post(f"{link[:-4]}/acceptance/").status_code == 404
    assert not is_member(cast, "sam.stranger@example.com")


@pytest.mark.parametrize("forged", ["copied with the mailed signature", "mailed with the copied signature", "shouted"])
def test_3_make_a_mailed_link_out_of_a_copied_one(cast: Cast, forged: str) -> None:
    """The copied token with parts of the mailed one, and the other way round: neither proves the address."""
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        invitation = invite(cast, VICTIM)
        clock.shift(timedelta(minutes=1))
        mailed, copied = (link.split("/")[2] for link in (mailed_link(invitation), copied_link(cast, invitation)))
        token = {
            "copied with the mailed signature": f"{copied.rpartition(':')[0]}:{mailed.rpartition(':')[2]}",
            "mailed with the copied signature": f"{mailed.rpartition(':')[0]}:{copied.rpartition(':')[2]}",
            "shouted": copied.swapcase(),
        }[forged]
        attacker = Client()
        assert attacker.get(f"/invitations/{token}/").status_code == 404
        sign_up(attacker, VICTIM)
        assert not EmailAddress.objects.get(email=VICTIM).verified


def test_4_make_an_account_on_a_victims_address_before_they_come(cast: Cast) -> None:
    """The victim takes it back by mail: the password and sessions of whoever was first are dead."""
    attacker, victim = Client(), Client()
    sign_up(attacker, VICTIM)
    victim.post("/accounts/password/reset/", {"email": VICTIM})
    choose_password(victim, reset_link(VICTIM), "walnut-ferry-38")
    assert not is_signed_in(attacker)
    assert sign_in(attacker, VICTIM).status_code == 200
    sign_in(victim, VICTIM, "walnut-ferry-38")
    if not is_signed_in(victim):
        victim.post(verification_link(VICTIM))
    assert is_signed_in(victim)
    # The half-finished sign-in of the attacker does not come alive with the victim's proof.
    for path in ("/", "/accounts/confirm-email/", "/profile/preferences/"):
        attacker.get(path, follow=True)
    assert not is_signed_in(attacker)


def test_8_use_a_reset_link_twice() -> None:
    make_user(VICTIM)
    Client().post("/accounts/password/reset/", {"email": VICTIM})
    link = reset_link(VICTIM)
    choose_password(Client(), link, "walnut-ferry-38")
    choose_password(Client(), link, "attackers-own-91")
    assert sign_in(Client(), VICTIM, "attackers-own-91").status_code == 200
    assert sign_in(Client(), VICTIM, "walnut-ferry-38").status_code == 302


def test_9_learn_from_adding_an_address_whether_it_has_an_account(cast: Cast) -> None:
    """An invitation's page lets one add its address: known or not, the same words and one mail to its owner."""
    known, unknown = "sam.stranger@example.com", "nobody.stranger@example.com"
    pages = []
    for email in (known, unknown):
        link = copied_link(cast, invite(cast, email))
        response = prove(cast.rita.client).post(f"{link}address/", follow=True)
        pages.append(words(response).replace(email, "…"))
        assert len(mails_to(email)) == 2
    assert pages[0] == pages[1]
