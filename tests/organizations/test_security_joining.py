"""Nobody comes in without the second factor that an organization asks for, whichever way; the page says so before."""

import pytest
from django.test import Client

from audit.models import Event
from organizations.actions import invite_member
from organizations.models import Invitation, Membership
from tests.accounts.factors import enrol, give_app
from tests.cast import Cast
from tests.organizations.inviting import mailed_link
from tests.organizations.securing import MFA, require_factor
from tests.reading import links, main_words, posts, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(cast: Cast) -> str:
    """The link of an invitation that Sam got before Acme asked for a second factor."""
    invitation = invite_member(
        organization=cast.acme, email="sam.stranger@example.com", role="member", by=cast.olivia.actor(cast.acme)
    )
    return mailed_link(invitation)


def is_in(cast: Cast) -> bool:
    return Membership.objects.filter(organization=cast.acme, user=cast.sam.user).exists()


def test_the_invitations_page_says_so_before_and_leads_there_and_back(cast: Cast, link: str) -> None:
    require_factor(cast)
    client: Client = cast.sam.client
    page = client.get(link)
    assert "Acme takes only members with a second factor." in main_words(page)
    assert f"{link}acceptance/" not in posts(page)
    assert f"{link}declination/" in posts(page)
    [way] = [href for href in links(page) if href.startswith(MFA)]
    client.get(way)
    enrol(client, "Phone")
    assert link in links(client.get(MFA))
    assert f"{link}acceptance/" in posts(client.get(link))
    client.post(f"{link}acceptance/")
    assert is_in(cast)


def test_accepting_without_one_is_refused(cast: Cast, link: str) -> None:
    require_factor(cast)
    answer = cast.sam.client.post(f"{link}acceptance/")
    assert words(answer).count("Acme takes only members with a second factor") == 1
    assert any(href.startswith(MFA) for href in links(answer))
    assert not is_in(cast)
    assert Invitation.objects.get().state == "pending"
    event = Event.objects.get(outcome="denied")
    assert (event.action, event.after) == ("invitation.accepted", {"code": "second-factor"})


def test_while_there_is_time_new_members_have_it_too(cast: Cast, link: str) -> None:
    require_factor(cast, days=7)
    page = cast.sam.client.get(link)
    assert f"{link}acceptance/" in posts(page)
    cast.sam.client.post(f"{link}acceptance/")
    assert is_in(cast)
    assert "Acme asks for a second factor from" in words(cast.sam.client.get("/o/acme/"))


def test_a_second_factor_opens_the_way(cast: Cast, link: str) -> None:
    give_app(cast.sam.user)
    require_factor(cast)
    cast.sam.client.post(f"{link}acceptance/")
    assert is_in(cast)
