"""The members page with 50 rows, as Chromium gets it from gunicorn: collected files, compressed, on the wire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from console.text import fold
from organizations.models import Membership
from tests.cast import Cast, make_person

pytestmark = [pytest.mark.browser, pytest.mark.e2e]

KB = 1024
# Names as long and as different as people have them: what repeats costs next to nothing.
NAMES = """Amara Okafor, Bruno da Silva, Chloé Vandenbroucke, Dmitri Volkov, Elif Kaya, Farid Benali, Greta Lindqvist,
Hiro Tanaka, Inés Hernández García, Jacqueline Bourguignon, Kwame Mensah, Ludovic Delacroix, Margarethe Schwarzenbach,
Nikolaos Papadopoulos, Oluwaseun Oyelaran, Priyanka Ramachandran, Quentin Castellanos, Rosalind Abernathy,
Siobhán MacDonald, Takumi Yamamoto, Umberto Fontana, Valentina Villanueva, Wolfgang Zimmermann, Ximena Robles,
Yevgenia Kuznetsova, Zbigniew Szczepański, Anneliese Grünwald, Bartholomew Fitzgerald, Christophe Martin, Dagmar Novák,
Evangelina Rossi, Fatoumata Diallo, Guadalupe Ortiz, Hendrik van den Berg, Isabella Moretti, Jóhanna Haraldsdóttir,
Kenji Watanabe, Linh Nguyễn, Mateus Carvalho, Noor Al-Hashimi, Oskar Eriksson, Paloma Iglesias, Rajesh Iyer,
Svetlana Petrova, Tomasz Wiśniewski"""


@pytest.fixture
def fifty(cast: Cast) -> Cast:
    """Acme with 50 members, as many as a page shows, with names and roles as people have."""
    inviters = [cast.olivia, cast.adam]
    now = timezone.now()
    for number, name in enumerate(" ".join(NAMES.split()).split(", ")):
        first, _space, last = name.partition(" ")
        address = f"{fold(name).replace(' ', '.')}@acme.example"
        person = make_person(address, first_name=first, last_name=last)
        Membership.build(
            organization=cast.acme,
            user=person.user,
            role=("admin", "billing", "tech", "member")[number % 4],
            invited_by=inviters[number % len(inviters)].user,
            joined_at=now - timedelta(hours=number * number * 11),
            last_active_at=now - timedelta(minutes=number * 17),
        ).save()
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
    page = signed_in(fifty.olivia)
    # Nobody's first page is this one: signing in has set the cookies.
    page.request.get("/o/acme/")
    answers = load(page, "/o/acme/members/")
    print(
        "\n".join(
            f"{answer.size:6} {'before paint' if answer.blocks else 'later':12} {answer.url}" for answer in answers
        )
    )
    first = [answer for answer in answers if answer.blocks]
    assert len(first) == 2
    assert sum(answer.size for answer in first) <= 14 * KB
    assert sum(answer.size for answer in answers) <= 45 * KB
