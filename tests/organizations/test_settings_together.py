"""Two edit the same settings at once: one wins, and the other is told what happened and loses nothing typed."""

import re
from html import unescape

import pytest
from django.http import HttpResponseBase

from audit.models import Event
from tests.cast import Cast, Person
from tests.reading import body, error_at, main_words

pytestmark = pytest.mark.django_db

HUB = "/o/acme/settings/"


def card(page: HttpResponseBase, anchor: str) -> str:
    return body(page).partition(f'id="{anchor}"')[2].partition("</form>")[0]


def seen(page: HttpResponseBase, anchor: str = "general") -> str:
    """What the form of a card says it was opened with."""
    found = re.search(r'name="seen" value="([^"]*)"', card(page, anchor))
    assert found
    return unescape(found[1])


def value(page: HttpResponseBase, field: str) -> str:
    found = re.search(rf'name="{field}" value="([^"]*)"', body(page))
    assert found
    return unescape(found[1])


def general(person: Person, seen: str, **typed: str) -> HttpResponseBase:
    return person.client.post(HUB, {"name": "Acme", "slug": "acme", "description": "", "seen": seen, **typed})


def test_the_second_is_told_and_what_both_changed_stands_at_its_field(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB))
    assert general(cast.adam, opened, name="Acme Robotics").status_code == 302
    page = general(cast.olivia, opened, name="Acme Industries", description="We build arms.")
    assert page.status_code == 200
    assert "Somebody has changed this since you opened the page: Name." in main_words(page)
    assert error_at(page, "name") == "It is “Acme Robotics” by now. Save once more to keep yours."
    assert value(page, "name") == "Acme Industries"
    assert "We build arms." in card(page, "general")
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.description) == ("Acme Robotics", "")


def test_saving_once_more_decides(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB))
    general(cast.adam, opened, name="Acme Robotics")
    page = general(cast.olivia, opened, name="Acme Industries")
    assert general(cast.olivia, seen(page), name="Acme Industries").status_code == 302
    cast.acme.refresh_from_db()
    assert cast.acme.name == "Acme Industries"


def test_what_only_the_first_changed_is_taken_over(cast: Cast) -> None:
    """Else saving once more would undo a change that the second never thought about."""
    opened = seen(cast.olivia.client.get(HUB))
    general(cast.adam, opened, name="Acme Robotics", slug="acme-robotics")
    page = cast.olivia.client.post(
        HUB, {"name": "Acme", "slug": "acme", "description": "We build arms.", "seen": opened}
    )
    assert "Somebody has changed these since you opened the page: Name, Address in links." in main_words(page)
    assert (value(page, "name"), value(page, "slug")) == ("Acme Robotics", "acme-robotics")
    assert not error_at(page, "name")
    saved = {"name": "Acme Robotics", "slug": "acme-robotics", "description": "We build arms.", "seen": seen(page)}
    assert cast.olivia.client.post(HUB, saved).status_code == 302
    cast.acme.refresh_from_db()
    assert (cast.acme.name, cast.acme.slug, cast.acme.description) == (
        "Acme Robotics",
        "acme-robotics",
        "We build arms.",
    )


def test_both_meaning_the_same_need_no_words_at_the_field(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB))
    general(cast.adam, opened, name="Acme Robotics")
    page = general(cast.olivia, opened, name="Acme Robotics")
    assert not error_at(page, "name")


def test_the_refusal_is_written_down(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB))
    general(cast.adam, opened, name="Acme Robotics")
    general(cast.olivia, opened, name="Acme Industries")
    denied = Event.objects.get(action="organization.edited", outcome="denied")
    assert (denied.actor_id, denied.after) == (cast.olivia.user.pk, {"code": "overtaken"})


def test_boxes_too(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB), "joining")
    cast.adam.client.post(f"{HUB}joining/", {"discoverability": "off", "members_may_invite": "on", "seen": opened})
    page = cast.olivia.client.post(f"{HUB}joining/", {"discoverability": "public", "seen": opened})
    assert "Somebody has changed this since you opened the page: Every member may invite." in main_words(page)
    assert "checked" in re.findall(r'<input[^>]*name="members_may_invite"[^>]*>', body(page))[0]
    assert re.search(r'value="public"[^>]*checked', card(page, "joining"))
    cast.acme.refresh_from_db()
    assert (cast.acme.discoverability, cast.acme.members_may_invite) == ("off", True)


def test_a_change_of_one_card_is_no_matter_to_another(cast: Cast) -> None:
    page = cast.olivia.client.get(HUB)
    general(cast.adam, seen(page), name="Acme Robotics")
    answer = cast.olivia.client.post(f"{HUB}joining/", {"discoverability": "public", "seen": seen(page, "joining")})
    assert answer.status_code == 302


def test_the_second_of_two_tabs_of_one_person_is_told_too(cast: Cast) -> None:
    opened = seen(cast.olivia.client.get(HUB))
    general(cast.olivia, opened, name="Acme Robotics")
    assert general(cast.olivia, opened, name="Acme Industries").status_code == 200


@pytest.mark.parametrize("made_up", ["", "{}", "[]", "null", "1", "x", '{"name":1}', '{"name":{"a":"b"}}', "{" * 1999])
def test_marks_that_make_no_sense_do_no_harm(cast: Cast, made_up: str) -> None:
    assert general(cast.olivia, made_up, name="Acme Robotics").status_code in {200, 302}


def test_marks_say_nothing_of_what_they_mark(cast: Cast) -> None:
    assert "Acme" not in seen(cast.olivia.client.get(HUB))


class TestAnotherTab:
    """Attack 25, and the issue: a form of one organization, sent after switching, writes to that one."""

    def test_a_form_of_one_organization_is_sent_after_switching_to_another(self, cast: Cast) -> None:
        cast.rita.client.post("/organizations/new/", {"name": "Vega"})
        opened = seen(cast.rita.client.get("/o/rival/settings/"))
        cast.rita.client.get("/o/vega/")
        form = {"name": "Rival Robots", "slug": "rival", "description": "", "seen": opened}
        answer = cast.rita.client.post("/o/rival/settings/", form)
        assert answer.headers["Location"] == "/o/rival/settings/"
        names = cast.rita.user.memberships.filter(organization__kind="team").values_list(
            "organization__name", flat=True
        )
        assert sorted(names) == ["Rival Robots", "Vega"]

    def test_the_address_changed_meanwhile_and_the_form_still_arrives(self, cast: Cast) -> None:
        page = cast.olivia.client.get(HUB)
        general(cast.adam, seen(page), slug="acme-robotics")
        # To the former address, with what the form was opened with: told of the change, nothing lost.
        answer = general(cast.olivia, seen(page), description="We build arms.")
        assert answer.status_code == 200
        assert value(answer, "slug") == "acme-robotics"
        joined = cast.olivia.client.post(f"{HUB}joining/", {"discoverability": "public", "seen": seen(page, "joining")})
        assert joined.headers["Location"] == "/o/acme-robotics/settings/#joining"
        cast.acme.refresh_from_db()
        assert cast.acme.discoverability == "public"

    def test_no_longer_a_member_there_is_nothing(self, cast: Cast) -> None:
        opened = seen(cast.adam.client.get(HUB))
        cast.adam.membership(cast.acme).delete()
        assert general(cast.adam, opened, name="Mine").status_code == 404
