"""The members page with 50 rows, as Chromium gets it from gunicorn: collected files, compressed, on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import pytest
from playwright.sync_api import Page

from organizations.models import Membership
from tests.cast import Cast, make_person

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

KB = 1024
FIRST = ("Amara", "Bruno", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines")
LAST = ("Okafor", "Silva", "Martin", "Volkov", "Kaya")


@pytest.fixture
def fifty(cast: Cast) -> Cast:
    """Acme with 50 members, as many as a page shows, with names and roles as people have."""
    people = [make_person(f"{first}.{last}@example.com".lower()) for first, last in product(FIRST, LAST)]
    for number, person in enumerate(people):
        role = ("admin", "billing", "tech", "member")[number % 4]
        Membership.build(organization=cast.acme, user=person.user, role=role, invited_by=cast.olivia.user).save()
    assert cast.acme.memberships.count() == 50
    return cast


@dataclass
class Answer:
    """What came over the wire for one address: ``size`` with headers, in bytes."""

    url: str
    size: int
    blocks: bool


def load(page: Page, path: str) -> list[Answer]:
    """Open ``path`` with an empty cache and say what was loaded, and whether the first paint waited for it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    urls: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.goto(path, wait_until="networkidle")
    blocking: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.renderBlockingStatus == 'blocking').map(e => e.name)"
    )
    return [Answer(urls[key], size, urls[key] in [page.url, *blocking]) for key, size in sizes.items()]


def test_the_members_page_is_light(fifty: Cast, signed_in: Callable[..., Page]) -> None:
    answers = load(signed_in(fifty.olivia), "/o/acme/members/")
    print(
        "\n".join(
            f"{answer.size:6} {'before paint' if answer.blocks else 'later':12} {answer.url}" for answer in answers
        )
    )
    first = [answer for answer in answers if answer.blocks]
    assert len(first) == 2
    assert sum(answer.size for answer in first) <= 14 * KB
    assert sum(answer.size for answer in answers) <= 45 * KB
