"""Where one begins after signing in: by the policy, and by one's own choice where the policy leaves it."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from audit.models import Event
from organizations.actions import leave_organization
from organizations.models import Landing, Organization
from tests.cast import Cast, Person, make_person, make_team
from tests.reading import body, main_words

pytestmark = pytest.mark.django_db

CHOICE = "/profile/organizations/landing/"


def begins(person: Person) -> str:
    """Where the person begins in a browser that is signed in just now."""
    browser = Client()
    browser.force_login(person.user)
    return browser.get("/").headers["Location"]


def choose(person: Person, landing: object) -> str:
    """Send the card's form; what the page says then."""
    answer = person.client.post(CHOICE, {"landing": str(landing)})
    assert answer.headers["Location"] == "/profile/preferences/#landing"
    return body(person.client.get("/profile/preferences/"))


class TestByPolicy:
    """PRODUCT, the table of policies: *after signing in*."""

    @pytest.mark.parametrize(
        ("policy", "before", "after"),
        [
            ("default", "/getting-started/", "/o/vega/"),
            ("exoscale", "/o/personal/", "/o/personal/"),
            ("ovhcloud", "/getting-started/", "/o/vega/"),
            ("percona", "/getting-started/", "/o/vega/"),
        ],
    )
    def test_one_begins_where_the_policy_says(self, settings: Settings, policy: str, before: str, after: str) -> None:
        settings.CONSOLE_POLICY = policy
        new = make_person("new.comer@example.com")
        assert begins(new) == before
        make_team("Vega", new)
        new.client.get("/o/vega/")
        assert begins(new) == after

    @pytest.mark.parametrize("policy", ["exoscale", "ovhcloud", "percona"])
    def test_only_the_default_one_lets_people_choose(self, settings: Settings, policy: str) -> None:
        settings.CONSOLE_POLICY = policy
        new = make_person("new.comer@example.com")
        team = make_team("Vega", new)
        assert "Where you begin" not in main_words(new.client.get("/profile/preferences/"))
        assert "Where you begin is the same for everybody here." in choose(new, team.pk)
        assert not Landing.objects.exists()

    def test_a_choice_of_before_does_not_count_where_nobody_chooses(self, cast: Cast, settings: Settings) -> None:
        choose(cast.mia, cast.acme.pk)
        settings.CONSOLE_POLICY = "exoscale"
        assert begins(cast.sam) == "/o/personal/"


class TestByChoice:
    def test_an_organization_is_where_one_begins_whatever_was_last(self, cast: Cast) -> None:
        make_team("Vega", cast.rita, {"member": cast.mia})
        choose(cast.mia, cast.acme.pk)
        cast.mia.client.get("/o/vega/")
        assert begins(cast.mia) == "/o/acme/"
        assert cast.mia.client.get("/").headers["Location"] == "/o/acme/"

    def test_the_personal_account_can_be_chosen_and_the_last_again(self, cast: Cast) -> None:
        cast.mia.client.get("/o/acme/")
        choose(cast.mia, "personal")
        assert begins(cast.mia) == "/o/personal/"
        choose(cast.mia, "last")
        cast.mia.client.get("/o/acme/")
        assert begins(cast.mia) == "/o/acme/"

    def test_who_has_no_team_may_begin_in_the_personal_account(self, cast: Cast) -> None:
        choose(cast.sam, "personal")
        assert begins(cast.sam) == "/o/personal/"

    def test_the_card_names_the_choices_and_the_chosen_one(self, cast: Cast) -> None:
        page = choose(cast.mia, cast.acme.pk)
        card = page.partition('id="landing"')[2].partition("</section>")[0]
        assert f'<option value="{cast.acme.pk}" selected>Acme</option>' in card
        assert ("Where I was last" in card, "My personal account" in card, "Rival" in card) == (True, True, False)

    def test_who_was_removed_from_it_begins_where_they_were_last(self, cast: Cast) -> None:
        make_team("Vega", cast.rita, {"member": cast.mia})
        choose(cast.mia, cast.acme.pk)
        cast.mia.client.get("/o/vega/")
        leave_organization(membership=cast.mia.membership(cast.acme), by=cast.mia.actor(cast.acme))
        assert begins(cast.mia) == "/o/vega/"
        assert not Landing.objects.exists()

    def test_an_organization_that_is_gone_takes_the_choice_along(self, cast: Cast) -> None:
        vega = make_team("Vega", cast.mia)
        choose(cast.mia, vega.pk)
        Organization.objects.filter(pk=vega.pk).delete()
        assert begins(cast.mia) == "/o/acme/"

    @pytest.mark.parametrize("made_up", ["rival", "uuid", "text", ""])
    def test_what_is_not_ones_own_cannot_be_chosen(self, cast: Cast, made_up: str) -> None:
        asked = {"rival": str(cast.rival.pk), "uuid": str(uuid4()), "text": "acme"}.get(made_up, "")
        assert "You are not a member there any more. Choose another one." in choose(cast.mia, asked)
        assert not Landing.objects.exists()

    def test_it_is_written_down_once(self, cast: Cast) -> None:
        choose(cast.mia, cast.acme.pk)
        choose(cast.mia, cast.acme.pk)
        (event,) = Event.objects.filter(action="account.landing_chosen", outcome="done")
        assert (event.subject_id, event.before, event.after) == (
            cast.mia.user.pk,
            {"landing": "last"},
            {"landing": str(cast.acme.pk)},
        )

    def test_who_comes_to_its_address_is_shown_the_card(self, cast: Cast) -> None:
        assert cast.mia.client.get(CHOICE).headers["Location"] == "/profile/preferences/#landing"
