"""The general settings: name, address, description; an address once had stays the organization's."""

import pytest

from audit.models import Event
from organizations.models import Organization, Slug
from tests.cast import Cast
from tests.reading import error_at, words

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    return {"name": "Acme", "slug": "acme", "description": "", **changes}


def test_name_and_description_are_saved_and_written_down(cast: Cast) -> None:
    response = cast.adam.client.post(
        "/o/acme/settings/", form(name="Acme Robotics", description="Arms and grippers."), follow=True
    )
    assert response.redirect_chain == [("/o/acme/settings/", 302)]
    assert "The settings are saved." in words(response)
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.description) == ("Acme Robotics", "Arms and grippers.")
    event = Event.objects.get(action="organization.edited")
    assert event.after == {"fields": ["name", "description"]}
    assert event.detail.texts == {"name": ["Acme", "Acme Robotics"], "description": ["", "Arms and grippers."]}
    assert (event.actor_id, event.organization_id) == (cast.adam.user.pk, cast.acme.pk)


def test_saving_what_is_there_already_writes_nothing_down(cast: Cast) -> None:
    cast.adam.client.post("/o/acme/settings/", form())
    assert not Event.objects.filter(action="organization.edited").exists()


def test_a_new_address_works_and_the_old_one_leads_there(cast: Cast) -> None:
    client = cast.olivia.client
    response = client.post("/o/acme/settings/", form(slug="acme-robotics"))
    assert response.headers["Location"] == "/o/acme-robotics/settings/"
    assert client.get("/o/acme-robotics/").status_code == 200
    assert client.get("/o/acme/members/?q=x").headers["Location"] == "/o/acme-robotics/members/?q=x"
    # And on, when it moves again: one step, to where it is now.
    client.post("/o/acme-robotics/settings/", form(slug="acme-industries"))
    assert client.get("/o/acme/").headers["Location"] == "/o/acme-industries/"
    assert client.get("/o/acme-robotics/").headers["Location"] == "/o/acme-industries/"


def test_it_may_have_its_old_address_again_and_nobody_else_may(cast: Cast) -> None:
    cast.olivia.client.post("/o/acme/settings/", form(slug="acme-robotics"))
    for path, data in (
        ("/o/rival/settings/", form(name="Rival", slug="acme")),
        ("/organizations/new/", {"name": "Acme", "slug": "acme"}),
    ):
        response = cast.rita.client.post(path, data)
        assert error_at(response, "slug") == "This address is taken. Choose another one."
    cast.rival.refresh_from_db()
    assert cast.rival.slug == "rival"
    assert cast.olivia.client.post("/o/acme-robotics/settings/", form(slug="acme")).status_code == 302
    cast.acme.refresh_from_db()
    assert cast.acme.slug == "acme"
    assert set(cast.acme.slugs.values_list("slug", flat=True)) == {"acme", "acme-robotics"}


@pytest.mark.parametrize("slug", ["rival", "new", "personal", "Acme", "ac--me", "", "-", "ac me"])
def test_an_address_that_cannot_be_had_is_an_error_and_nothing_changes(cast: Cast, slug: str) -> None:
    response = cast.olivia.client.post("/o/acme/settings/", form(name="Changed", slug=slug))
    assert response.status_code == 200
    assert error_at(response, "slug")
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.slug) == ("Acme", "acme")
    assert Slug.objects.filter(organization=cast.acme).count() == 1


def test_a_page_whose_settings_were_refused_still_shows_the_true_name(cast: Cast) -> None:
    response = cast.olivia.client.post("/o/acme/settings/", form(name="Changed", slug="rival"))
    assert "Switch organization, now in Acme" in response.content.decode()


def test_the_personal_account_has_no_name_and_keeps_its_address_whatever_is_posted(cast: Cast) -> None:
    response = cast.sam.client.post("/o/personal/settings/", form(name="Sam's corner", slug="acme-too"))
    assert response.status_code == 200
    account = Organization.objects.get(person=cast.sam.user)
    assert (account.name, account.slug, account.kind) == ("", "personal", "personal")
    assert account.display_name == "Personal account"
    assert not Slug.objects.filter(slug="acme-too").exists()
