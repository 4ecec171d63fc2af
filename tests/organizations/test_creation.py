"""Making an organization (text 000: give it a name)."""

import pytest
from django.test import Client

from audit.models import Event
from organizations.models import Organization, Slug
from tests.cast import Cast
from tests.reading import error_at, main_words, words

pytestmark = pytest.mark.django_db


def teams() -> list[tuple[str, str]]:
    return list(Organization.objects.filter(kind="team").order_by("id").values_list("name", "slug"))


def test_a_name_is_enough(cast: Cast) -> None:
    response = cast.sam.client.post("/organizations/new/", {"name": "Vega Robotics"}, follow=True)
    assert response.redirect_chain == [("/o/vega-robotics/", 302)]
    assert "Vega Robotics is ready." in words(response)
    assert "Your role Owner" in main_words(response)
    made = Organization.objects.get(slug="vega-robotics")
    assert (made.name, made.kind, made.status, made.person) == ("Vega Robotics", "team", "active", None)
    assert [(m.user, m.role) for m in made.memberships.all()] == [(cast.sam.user, "owner")]
    event = Event.objects.get(action="organization.created", organization_id=made.pk)
    assert event.actor_id == cast.sam.user.pk


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Vega", "vega"),
        ("  Vega   Robotics ", "vega-robotics"),
        ("Žluťoučký kůň", "zlutoucky-kun"),
        ("東京", "organization-2"),
        ("Admin", "admin-2"),
        ("Acme", "acme-2"),
        ("A" * 80, "a" * 32),
        ("---", "organization-2"),
    ],
)
def test_the_address_is_made_from_the_name(cast: Cast, name: str, slug: str) -> None:
    response = cast.sam.client.post("/organizations/new/", {"name": name})
    assert response.headers["Location"] == f"/o/{slug}/"


def test_names_may_repeat_and_addresses_count_up(cast: Cast) -> None:
    for _ in range(3):
        cast.sam.client.post("/organizations/new/", {"name": "Vega"})
    assert teams()[2:] == [("Vega", "vega"), ("Vega", "vega-2"), ("Vega", "vega-3")]


@pytest.mark.parametrize(
    ("slug", "error"),
    [
        ("acme", "This address is taken. Choose another one."),
        ("once-acme", "This address is taken. Choose another one."),
        ("new", "This address is reserved. Choose another one."),
        ("personal", "This address is reserved. Choose another one."),
        ("admin", "This address is reserved. Choose another one."),
        ("api", "This address is reserved. Choose another one."),
        ("-vega", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("vega-", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("ve--ga", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("Vega", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("ve_ga", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("ve/ga", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("ve.ga", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("véga", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("..", "Use small letters, digits and single hyphens, with a letter or digit at both ends."),
        ("v" * 41, "Ensure this value has at most 40 characters (it has 41)."),
    ],
)
def test_an_address_that_cannot_be_had_is_an_error_at_its_field(cast: Cast, slug: str, error: str) -> None:
    Slug.objects.create(slug="once-acme", organization=cast.acme)
    before = teams()
    response = cast.sam.client.post("/organizations/new/", {"name": "Vega", "slug": slug})
    assert response.status_code == 200
    assert error_at(response, "slug") == error
    assert teams() == before
    assert not Slug.objects.filter(slug=slug).exclude(organization__in=[cast.acme, cast.rival]).exists()


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "\u200f\u200e", "n" * 81])
def test_a_name_must_be_one_that_can_be_read(cast: Cast, name: str) -> None:
    before = teams()
    response = cast.sam.client.post("/organizations/new/", {"name": name})
    assert response.status_code == 200
    assert error_at(response, "name")
    assert teams() == before


def test_what_was_typed_stays_in_the_form(cast: Cast) -> None:
    response = cast.sam.client.post("/organizations/new/", {"name": "Vega & Söhne", "slug": "acme"})
    page = response.content.decode()
    assert 'value="Vega &amp; Söhne"' in page
    assert 'value="acme"' in page


def test_signed_out_nothing_is_made(db: None) -> None:
    came_from = {"Referer": "http://testserver/organizations/new/"}
    response = Client().post("/organizations/new/", {"name": "Vega"}, headers=came_from)
    assert response.headers["Location"] == "/accounts/login/?next=/organizations/new/"
    assert teams() == []


def test_one_may_found_many(cast: Cast) -> None:
    """PRODUCT: organizations for one user, any number."""
    for number in range(4):
        assert cast.rita.client.post("/organizations/new/", {"name": f"Vega {number}"}).status_code == 302
    assert cast.rita.user.memberships.count() == 6
