"""Changing a role in the list: what a script gets, *Undo*, and two at once."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.http import HttpResponseBase
from django.utils import timezone
from pytest_django import Settings

from audit.models import Event
from organizations.models import Membership
from tests.cast import Cast, Person, make_person, make_team
from tests.reading import body, mails_to, posts, words

pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}
LIST = "/o/acme/members/?q=m"


def address(cast: Cast, whose: Person, of: str = "role") -> str:
    return f"/o/acme/members/{whose.membership(cast.acme).pk}/{of}/"


def choose(cast: Cast, by: Person, whose: Person, role: str, was: str) -> HttpResponseBase:
    data = {"role": role, "was": was}
    return by.client.post(address(cast, whose) + "?next=/o/acme/members/%3Fq%3Dm", data, headers=SCRIPT)


def undo_of(response: HttpResponseBase) -> str:
    return next(action for action in posts(response) if "/restoration/" in action)


def test_a_script_gets_the_choice_alone_with_the_role_that_is_so(cast: Cast) -> None:
    page = cast.adam.client.get(address(cast, cast.mia), headers=SCRIPT)
    assert body(page).lstrip().startswith("<form")
    # An admin gives no ownership.
    assert re.findall(r'<option value="(\w+)"', body(page)) == ["admin", "billing", "tech", "member"]
    assert '<option value="member" selected>' in body(page)
    assert '<input type="hidden" name="was" value="member"' in body(page)
    assert "HX-Request" in page.headers["Vary"]
    # A browser shows the whole page for the same address.
    assert "<h1>Edit member</h1>" in body(cast.adam.client.get(address(cast, cast.mia)))


def test_the_line_comes_back_as_it_is_now_with_undo(cast: Cast) -> None:
    response = choose(cast, cast.adam, cast.mia, "tech", "member")
    assert body(response).lstrip().startswith("<tr>")
    assert "Mia Member is now Tech; before: Member." in words(response)
    assert cast.mia.membership(cast.acme).role == "tech"
    assert response.headers["HX-Push-Url"] == "false"
    # The links of the line lead back to the search that it stands in.
    assert "next=/o/acme/members/%3Fq%3Dm" in unescape(body(response))


def test_undo_gives_the_former_role_back_and_leads_back(cast: Cast) -> None:
    undo = undo_of(choose(cast, cast.adam, cast.mia, "tech", "member"))
    response = cast.adam.client.post(undo)
    assert response.headers["Location"] == LIST
    assert "Undone: Mia Member has the former role again." in words(cast.adam.client.get(LIST))
    assert cast.mia.membership(cast.acme).role == "member"
    assert [mail.subject for mail in mails_to("mia.member@example.com")] == [
        "Your role in Acme is now Tech",
        "Your role in Acme is now Member",
    ]


def test_undo_is_offered_after_the_form_too(cast: Cast) -> None:
    page = cast.adam.client.post(address(cast, cast.mia), {"role": "tech", "was": "member"}, follow=True)
    cast.adam.client.post(undo_of(page))
    assert cast.mia.membership(cast.acme).role == "member"


def test_undo_takes_nothing_from_who_came_between(cast: Cast) -> None:
    undo = undo_of(choose(cast, cast.adam, cast.mia, "tech", "member"))
    cast.olivia.client.post(address(cast, cast.mia), {"role": "billing"})
    page = words(cast.adam.client.post(undo, follow=True))
    assert "Somebody else has changed this meanwhile: Mia Member is now Billing. Look again, and decide anew." in page
    assert cast.mia.membership(cast.acme).role == "billing"


def test_undo_needs_the_permission_that_it_was_done_with(cast: Cast) -> None:
    undo = undo_of(choose(cast, cast.adam, cast.mia, "tech", "member"))
    assert cast.bella.client.post(undo).status_code == 403
    assert cast.sam.client.post(undo).status_code == 404
    assert cast.adam.client.get(undo).status_code == 405
    assert cast.mia.membership(cast.acme).role == "tech"


def test_undo_raises_nobody_beyond_who_presses_it(cast: Cast) -> None:
    page = cast.adam.client.post(address(cast, cast.mia, "role/restoration") + "?role=owner&was=member", follow=True)
    assert "You can only give a role that may do no more than yours." in words(page)
    assert cast.mia.membership(cast.acme).role == "member"


def test_undoing_what_concerned_an_owner_asks_who_one_is(cast: Cast) -> None:
    """As the change itself does (ATTACKS 17)."""
    Membership.objects.filter(user=cast.theo.user, organization=cast.acme).update(role="owner", rank=0)
    cast.olivia.client.get(LIST)
    undo = address(cast, cast.theo, "role/restoration") + "?role=tech&was=owner"
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert "Confirm that it is you" in words(cast.olivia.client.post(undo))
    assert cast.theo.membership(cast.acme).role == "owner"


def test_stepping_down_has_no_undo(cast: Cast) -> None:
    page = cast.adam.client.post(address(cast, cast.adam), {"role": "member", "was": "admin"}, follow=True)
    assert "/restoration/" not in body(page)


def test_the_second_of_two_admins_is_told_what_happened(cast: Cast) -> None:
    """By the form: test_last_day_together."""
    data = {"role": "tech", "was": "member"}
    cast.olivia.client.post(address(cast, cast.mia), {"role": "billing", "was": "member"})
    page = cast.adam.client.post(address(cast, cast.mia), data, headers=SCRIPT)
    assert "Somebody else has changed this meanwhile: Mia Member is now Billing." in words(page)
    assert cast.mia.membership(cast.acme).role == "billing"
    assert Event.objects.get(outcome="denied").after == {"code": "changed-meanwhile"}


def test_two_who_want_the_same_agree(cast: Cast) -> None:
    choose(cast, cast.olivia, cast.mia, "tech", "member")
    assert "changed" not in words(choose(cast, cast.adam, cast.mia, "tech", "member"))


def test_what_concerns_owners_leads_to_the_form(cast: Cast) -> None:
    response = choose(cast, cast.olivia, cast.theo, "owner", "tech")
    form = response.headers["HX-Redirect"]
    assert form == f"{address(cast, cast.theo)}?role=owner&next=%2Fo%2Facme%2Fmembers%2F%3Fq%3Dm"
    assert cast.theo.membership(cast.acme).role == "tech"
    assert '<option value="owner" selected>' in body(cast.olivia.client.get(form))


def test_a_refusal_is_said_and_the_line_stays(cast: Cast) -> None:
    response = choose(cast, cast.adam, cast.mia, "emperor", "member")
    assert "There is no such role." in words(response)
    assert body(response).lstrip().startswith("<tr>")


def test_the_line_of_somebody_who_is_gone_goes(cast: Cast) -> None:
    path = address(cast, cast.mia)
    cast.mia.client.post("/o/acme/leaving/")
    response = cast.adam.client.post(path, {"role": "tech", "was": "member"}, headers=SCRIPT)
    assert "<tr>" not in body(response)
    assert "This person is no longer a member." in words(response)


def test_a_form_of_one_organization_touches_no_other(cast: Cast) -> None:
    """ATTACKS 25: an id of Rival's below Acme's address is nobody."""
    rival = cast.rita.membership(cast.rival).pk
    assert cast.olivia.client.post(f"/o/acme/members/{rival}/role/", {"role": "member"}).status_code == 404
    assert cast.olivia.client.post(f"/o/acme/members/{rival}/role/restoration/?role=member").status_code == 404


def test_the_way_back_is_one_of_ours(cast: Cast) -> None:
    path = address(cast, cast.mia) + "?next=https://evil.example/"
    response = cast.adam.client.post(path, {"role": "tech", "was": "member"}, headers=SCRIPT)
    assert "evil.example" not in undo_of(response)


@pytest.mark.parametrize("policy", ["exoscale", "percona"])
def test_where_nobody_steps_down_nobody_is_offered_to(settings: Settings, policy: str, db: None) -> None:
    settings.CONSOLE_POLICY = policy
    vera, max_ = make_person("vera.first@example.com"), make_person("max.second@example.com")
    role = {"exoscale": "owner", "percona": "admin"}[policy]
    organization = make_team("Vega", vera, {role: max_})
    page = body(vera.client.get("/o/vega/members/"))
    assert str(vera.membership(organization).pk) not in page
    assert str(max_.membership(organization).pk) in page
    pk = vera.membership(organization).pk
    vera.client.post(f"/o/vega/members/{pk}/role/", {"role": "technical" if policy == "percona" else "tech"})
    assert vera.membership(organization).role == role


@pytest.mark.parametrize(
    ("policy", "title", "edit"),
    [("default", "Members", "Edit member"), ("exoscale", "Users", "Edit user"), ("percona", "Members", "Edit Member")],
)
def test_the_pages_say_the_vendors_words(settings: Settings, policy: str, title: str, edit: str, db: None) -> None:
    settings.CONSOLE_POLICY = policy
    vera, max_ = make_person("vera.first@example.com"), make_person("max.second@example.com")
    role = {"default": "tech", "exoscale": "tech", "percona": "technical"}[policy]
    organization = make_team("Vega", vera, {role: max_})
    page = body(vera.client.get("/o/vega/members/"))
    assert f"<h1>{title}</h1>" in page
    assert '<th scope="col" class="actions">Actions</th>' in page
    form = vera.client.get(f"/o/vega/members/{max_.membership(organization).pk}/role/")
    assert f"<h1>{edit}</h1>" in body(form)
    assert ">Save<" in body(form)
