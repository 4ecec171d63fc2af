"""What browsers and proxies may keep."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.cache import has_vary_header

from tests.cast import Cast, Person

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGES = ["/o/acme/", "/o/acme/members/", "/o/nowhere/", "/profile/preferences/", "/getting-started/"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_keeps_a_page_of_somebody_who_is_signed_in(cast: Cast, path: str) -> None:
    assert cast.olivia.client.get(path).headers["Cache-Control"] == "private, no-store"


def test_a_view_may_say_otherwise(person: Callable[..., Person]) -> None:
    staff = person("stella.staff@example.com", is_staff=True, is_superuser=True)
    assert "must-revalidate" in staff.client.get("/admin/").headers["Cache-Control"]


def test_pages_for_everybody_may_be_kept(client: Client, cast: Cast) -> None:
    assert "Cache-Control" not in client.get("/").headers
    # Shows nothing of hers.
    assert "Cache-Control" not in cast.olivia.client.get("/favicon.ico").headers


@pytest.mark.parametrize("target", ["members", "main", ""])
def test_a_fragment_is_not_mistaken_for_its_page(cast: Cast, target: str) -> None:
    answer = cast.olivia.client.get("/o/acme/members/?q=theo", headers={"HX-Request": "true", "HX-Target": target})
    assert has_vary_header(answer, "HX-Target")
    assert ("<html" in answer.text) is (target != "members")
