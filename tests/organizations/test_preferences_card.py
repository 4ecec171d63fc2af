"""My organizations on the preferences page: name, role, join date, status, the way there (text 002, section 1.3)."""

import pytest
from django.utils import timezone

from console.dates import date
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization
from tests.cast import Cast, make_team
from tests.reading import body, links, words_at

pytestmark = pytest.mark.django_db

PAGE = "/profile/preferences/"


def test_it_lists_each_with_role_day_status_and_link(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    page = cast.mia.client.get(PAGE)
    card = words_at(page, "id", "organizations")
    assert f"Acme Member {date(timezone.now())} Suspended" in card
    assert f"Personal account Owner {date(timezone.now())} Active" in card
    assert {"/o/acme/", "/profile/organizations/"} <= set(links(page))


def test_it_shows_nobody_elses(cast: Cast) -> None:
    assert "Rival" not in words_at(cast.mia.client.get(PAGE), "id", "organizations")


def test_a_name_of_markup_is_text(cast: Cast) -> None:
    make_team("<b>Bold</b> & Co", cast.sam)
    assert "<b>Bold" not in body(cast.sam.client.get(PAGE))


def test_of_very_many_it_shows_the_last_used_and_leads_to_all(cast: Cast) -> None:
    teams = Organization.objects.bulk_create(Organization(name=f"Team {n}", slug=f"team-{n}") for n in range(52))
    Membership.objects.bulk_create(
        Membership.build(organization=team, user=cast.sam.user, role="member") for team in teams
    )
    card = words_at(cast.sam.client.get(PAGE), "id", "organizations")
    assert card.count(" Member ") == 50
    assert "There are more: see all of them" in card
