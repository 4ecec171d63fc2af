"""The page that an invitation's link opens: whatever became of it, one page that says so; looking changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import Event
from organizations.models import Invitation, Membership, Organization
from outbox.models import Mail
from tests.cast import Cast
from tests.organizations.inviting import again, copied_link, mailed_link
from tests.reading import link_in, links, mails_to, posts, words

pytestmark = pytest.mark.django_db


def replace(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
    cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/sending/")


def revoke(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
    cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/revocation/")


def close(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())


def answer(noun: str) -> Callable[[Cast, Invitation, time_machine.Traveller], None]:
    def post(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
        cast.sam.client.post(f"{mailed_link(invitation)}{noun}/")

    return post


def expire(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=7))


def bounce(cast: Cast, invitation: Invitation, clock: time_machine.Traveller) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(state="bounced")


DEAD = [
    (answer("acceptance"), "This invitation was accepted"),
    (answer("declination"), "This invitation was declined"),
    (revoke, "This invitation was revoked"),
    (expire, "This invitation has expired"),
    (replace, "There is a newer invitation"),
    (bounce, "This invitation is not open"),
    (close, "This organization is closed"),
]


@pytest.mark.parametrize("death", DEAD)
@pytest.mark.parametrize("kind", ["mailed", "copied"])
def test_a_dead_link_says_which_way_it_died_to_everybody(
    cast: Cast,
    invitation: Invitation,
    clock: time_machine.Traveller,
    death: tuple[Callable[..., None], str],
    kind: str,
) -> None:
    happened, heading = death
    link = mailed_link(invitation) if kind == "mailed" else copied_link(cast, invitation)
    happened(cast, invitation, clock)
    before = Membership.objects.filter(organization=cast.acme).count()
    for client in (cast.sam.client, cast.rita.client, Client()):
        for response in (client.get(link), client.post(f"{link}acceptance/"), client.post(f"{link}declination/")):
            assert response.status_code == 410
            assert heading in words(response)
            assert not any("acceptance" in action for action in posts(response))
    assert Membership.objects.filter(organization=cast.acme).count() == before


@pytest.mark.parametrize(
    "kind", ["made up", "cut", "changed", "other salt", "too long", "zero byte", "colons", "accents"]
)
def test_a_link_that_never_was_one_says_so(cast: Cast, invitation: Invitation, kind: str) -> None:
    link = mailed_link(invitation)
    token = link.split("/")[2]
    wrong = {
        "made up": "abc",
        "cut": token[:-3],
        "changed": token[:5] + ("A" if token[5] != "A" else "B") + token[6:],
        "other salt": "WyJ4IiwxXQ:1abcde:" + token.rpartition(":")[2],
        "too long": token * 20,
        "zero byte": "%00abc",
        "colons": ":::",
        "accents": "é漢.字:1:x",
    }[kind]
    for client in (cast.sam.client, Client()):
        for path in (f"/invitations/{wrong}/", f"/invitations/{wrong}/acceptance/"):
            response = client.post(path) if path.endswith("acceptance/") else client.get(path)
            assert response.status_code == 404
            assert "This link is not valid" in words(response)
            assert "Acme" not in words(response)
    assert again(invitation).status == "pending"


def test_looking_accepts_nothing_whoever_looks_and_however_often(cast: Cast, invitation: Invitation) -> None:
    """Mail scanners and previews open links: only a POST accepts."""
    link = mailed_link(invitation)
    for client in (cast.sam.client, Client()):
        for path in (link, f"{link}acceptance/", f"{link}declination/", f"{link}renewal/", f"{link}address/"):
            for method in (client.get, client.head, client.options):
                assert method(path).status_code in (200, 405)
    assert again(invitation).status == "pending"
    assert not Membership.objects.filter(organization=cast.acme, user=cast.sam.user).exists()
    assert not Event.objects.filter(target_id=invitation.pk).exclude(action="invitation.created").exists()


def test_the_page_says_who_invites_into_what_as_what(cast: Cast, invitation: Invitation) -> None:
    page = words(cast.sam.client.get(mailed_link(invitation)))
    assert "Join Acme" in page
    assert "Adam Admin invites you to work in Acme as Tech." in page
    assert "Come & build robots." in page


def test_the_page_is_kept_by_no_cache_and_its_address_goes_nowhere(cast: Cast, invitation: Invitation) -> None:
    response = Client().get(mailed_link(invitation))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_accepting_makes_a_member_with_the_role_and_goes_there(cast: Cast, invitation: Invitation) -> None:
    response = cast.sam.client.post(f"{mailed_link(invitation)}acceptance/", follow=True)
    assert response.redirect_chain == [("/o/acme/", 302)]
    assert "Welcome to Acme." in words(response)
    membership = cast.sam.membership(cast.acme)
    assert (membership.role, membership.invited_by) == ("tech", cast.adam.user)
    event = Event.objects.get(action="invitation.accepted")
    assert (event.actor_id, event.organization_id, event.before) == (
        cast.sam.user.pk,
        cast.acme.pk,
        {"state": "pending"},
    )


def test_signed_out_the_page_leads_to_signing_up_and_in_and_back(cast: Cast, invitation: Invitation) -> None:
    link = mailed_link(invitation)
    response = Client().get(link)
    assert f"/accounts/signup/?next={link}&email=sam.stranger@example.com" in map(unquote, links(response))
    assert f"/accounts/login/?next={link}" in map(unquote, links(response))
    assert not any("/invitations/" in action for action in posts(response))


def test_signed_out_nobody_accepts(cast: Cast, invitation: Invitation) -> None:
    Client().post(f"{mailed_link(invitation)}acceptance/")
    Client().post(f"{mailed_link(invitation)}declination/")
    assert again(invitation).status == "pending"


def test_a_member_is_led_to_the_organization(cast: Cast, invitation: Invitation) -> None:
    response = cast.mia.client.get(mailed_link(invitation))
    assert "You are a member already." in words(response)
    assert "/o/acme/" in links(response)


class TestAskingForANewOne:
    def test_an_expired_link_offers_it_once_and_the_inviter_hears_of_it(
        self, cast: Cast, invitation: Invitation, clock: time_machine.Traveller
    ) -> None:
        link, visitor = mailed_link(invitation), Client()
        clock.shift(timedelta(days=8))
        assert f"{link}renewal/" in posts(visitor.get(link))
        response = visitor.post(f"{link}renewal/", follow=True)
        assert "We have asked for a new invitation. It comes by mail." in words(response)
        assert f"{link}renewal/" not in posts(response)
        visitor.post(f"{link}renewal/")
        [mail] = mails_to("adam.admin@example.com")
        assert mail.subject == "sam.stranger@example.com asks for a new invitation"
        for part in (mail.text, mail.html):
            assert "The invitation of sam.stranger@example.com to Acme has expired." in part
            assert "You get this mail because you can invite members to Acme." in part
        assert cast.adam.client.get(link_in(mail)).status_code == 200
        assert "a new one was asked for" in words(cast.adam.client.get("/o/acme/members/invitations/"))

    def test_where_the_inviter_is_gone_an_owner_hears_of_it(
        self, cast: Cast, invitation: Invitation, clock: time_machine.Traveller
    ) -> None:
        cast.adam.membership(cast.acme).delete()
        clock.shift(timedelta(days=8))
        Client().post(f"{mailed_link(invitation)}renewal/")
        assert [mail.kind for mail in mails_to("olivia.owner@example.com")] == ["invitation-renewal"]
        assert not mails_to("adam.admin@example.com")

    def test_after_a_new_one_was_sent_it_can_be_asked_for_again(
        self, cast: Cast, invitation: Invitation, clock: time_machine.Traveller
    ) -> None:
        clock.shift(timedelta(days=8))
        Client().post(f"{mailed_link(invitation)}renewal/")
        cast.adam.client.post(f"/o/acme/members/invitations/{invitation.pk}/sending/")
        clock.shift(timedelta(days=8))
        assert f"{mailed_link(invitation)}renewal/" in posts(Client().get(mailed_link(invitation)))
        Client().post(f"{mailed_link(invitation)}renewal/")
        assert len(mails_to("adam.admin@example.com")) == 2

    @pytest.mark.parametrize("happened", [revoke, answer("declination"), answer("acceptance"), replace, close, bounce])
    def test_nothing_else_offers_it(
        self, cast: Cast, invitation: Invitation, clock: time_machine.Traveller, happened: Callable[..., None]
    ) -> None:
        link = mailed_link(invitation)
        happened(cast, invitation, clock)
        sent = Mail.objects.count()
        assert f"{link}renewal/" not in posts(Client().get(link))
        Client().post(f"{link}renewal/")
        assert Mail.objects.count() == sent


def test_the_page_of_a_closed_organization_names_it_to_nobody(
    cast: Cast, invitation: Invitation, clock: time_machine.Traveller
) -> None:
    link = mailed_link(invitation)
    close(cast, invitation, clock)
    assert "Acme" not in words(Client().get(link))
