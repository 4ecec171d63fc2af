"""Help that leads to a ticket, from any page (issue 8: *opened from `/help/` on any page too*)."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from organizations.models import Membership
from support.models import Ticket
from tests.cast import Cast, make_person
from tests.reading import links, main_words

pytestmark = pytest.mark.django_db

NEW = "/help/tickets/new/"


def came_from(page: str) -> dict[str, str]:
    """The header by which a browser says which page led there."""
    return {"Referer": f"http://testserver{page}"}


def test_help_carries_the_page_on_that_one_came_from(cast: Cast) -> None:
    client = cast.mia.client
    page = client.get("/help/", headers=came_from("/o/acme/projects/?q=secret"))
    assert f"{NEW}?from=%2Fo%2Facme%2Fprojects%2F" in links(page)
    answer = client.get(f"{NEW}?from=/o/acme/projects/")
    assert answer.headers["Location"] == "/o/acme/support/tickets/new/?from=%2Fo%2Facme%2Fprojects%2F"
    assert "/o/acme/projects/" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example/o/",
        "https://evil.example/o/acme/",
        "/invitations/made-up/",
        "javascript:alert(1)",
        "/o/" + "a" * 300,
    ],
)
def test_no_other_address_is_carried_on(cast: Cast, page: str) -> None:
    """Attack 18; the address of an invitation is a secret."""
    client = cast.mia.client
    assert NEW in links(client.get("/help/", headers=came_from(page)))
    assert NEW in links(client.get("/help/", headers={"Referer": page}))
    assert all("from=" not in link for link in links(client.get(NEW, {"from": page})) if "tickets" in link)


def test_of_several_contexts_one_is_chosen_the_last_used_first(cast: Cast) -> None:
    client = cast.mia.client
    client.get("/o/acme/")
    page = client.get(f"{NEW}?from=/profile/security/")
    assert "For whom do you ask?" in main_words(page)
    ways = [link for link in links(page) if link.endswith("tickets/new/?from=%2Fprofile%2Fsecurity%2F")]
    assert [way.partition("/support/")[0] for way in ways] == ["/o/acme", "/o/personal"]


def test_of_one_context_nothing_is_asked(cast: Cast) -> None:
    assert cast.sam.client.get(NEW).headers["Location"] == "/o/personal/support/tickets/new/"


def test_who_may_ask_nowhere_is_told_how_to(install: object, settings: Settings) -> None:
    install("percona")  # type: ignore[operator]
    page = make_person("nora.newcomer@example.com").client.get(NEW)
    assert "Tickets belong to an organization" in main_words(page)
    assert "/getting-started/" in links(page)


def test_signed_out_one_signs_in_first(cast: Cast, client: Client) -> None:
    assert NEW in links(client.get("/help/"))
    answer = client.get(f"{NEW}?from=/o/acme/")
    assert answer.headers["Location"].startswith("/accounts/login/?next=/help/tickets/new/%3Ffrom%3D/o/acme/")


def test_another_place_for_tickets_wins(cast: Cast, settings: Settings) -> None:
    settings.TICKETS_URL = "https://tickets.example.com/"
    found = links(cast.mia.client.get("/help/"))
    assert "https://tickets.example.com/" in found
    assert NEW not in found


def test_another_context_that_one_names_is_no_way_into_it(cast: Cast) -> None:
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).delete()
    answer = cast.mia.client.get(f"{NEW}?from=/o/acme/members/")
    assert answer.headers["Location"].startswith("/o/personal/support/tickets/new/")


def test_where_one_was_in_another_context_stands_in_no_ticket(cast: Cast) -> None:
    """What other organizations one is in, and how their projects are called, is not this one's business."""
    client = cast.mia.client
    assert all("rival" not in link for link in links(client.get(f"{NEW}?from=/o/rival/projects/secret/")))
    new = "/o/acme/support/tickets/new/"
    typed = {"title": "Help", "body": "It does not start.", "priority": "normal"}
    for page in ("/o/rival/projects/secret/", "/o/acme/members/", "/profile/security/"):
        client.post(new, {**typed, "asked_from": page})
    found = Ticket.objects.order_by("number").values_list("asked_from", flat=True)
    assert list(found) == ["", "/o/acme/members/", "/profile/security/"]
