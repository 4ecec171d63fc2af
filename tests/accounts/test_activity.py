"""The time line of an account: what it says, to whom, and that no event lacks its sentence."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import lock_account, unlock_account
from accounts.activity import LINES
from accounts.models import User
from audit.actors import Actor
from audit.models import Detail, Event
from console.templating import icon
from tests.accounts.signing import make_user, sign_in
from tests.reading import body, follow_all, main_words, words_at

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
NINA = "nina.new@example.com"
PAGE = "/profile/security/activity/"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def client(nina: User) -> Client:
    client = Client(headers={"User-Agent": LINUX}, REMOTE_ADDR="198.51.100.7")
    sign_in(client, NINA)
    return client


def fill(user: User, count: int, **fields: object) -> None:
    """So many sign-ins of a user."""
    values = {"action": "account.signed_in", "actor_kind": "user", "actor_id": user.pk, "subject_id": user.pk}
    events = [Event(**{**values, **fields}) for _ in range(count)]
    Event.objects.bulk_create(events)
    Detail.objects.bulk_create(Detail(event=event, address="203.0.113.9", device=LINUX) for event in events)


class TestThePage:
    def test_says_what_when_and_where(self, client: Client) -> None:
        assert "Signed in Firefox 140 on Linux · 198.51.100.7 · just now" in main_words(client.get(PAGE))

    def test_marks_what_was_refused(self, client: Client) -> None:
        sign_in(Client(REMOTE_ADDR="203.0.113.66"), NINA, "wrong")
        page = client.get(PAGE)
        assert "An attempt to sign in was refused Unknown device" not in main_words(page)
        assert "An attempt to sign in was refused 203.0.113.66" in main_words(page)
        assert page.text.count("event-danger") == 1

    def test_marks_what_was_refused_with_another_address_of_the_account(self, nina: User, client: Client) -> None:
        EmailAddress.objects.create(user=nina, email="nina@example.org", verified=True)
        sign_in(Client(REMOTE_ADDR="203.0.113.66"), "nina@example.org", "wrong")
        assert "An attempt to sign in was refused 203.0.113.66" in main_words(client.get(PAGE))

    def test_says_what_staff_did_and_not_from_where(self, nina: User, client: Client) -> None:
        lock_account(user=nina, by=Actor.system())
        staff = make_user("stella@example.com")
        unlock_account(user=nina, by=Actor.staff(staff))
        sign_in(client, NINA)
        page = main_words(client.get(PAGE))
        assert "Account unlocked by our staff · just now" in page
        assert "Account locked automatically · just now" in page
        assert "stella" not in page.lower()

    @pytest.mark.embedded
    def test_newest_first_in_pages(self, nina: User, client: Client) -> None:
        fill(nina, 120)
        pages = [response for _address, response in follow_all(client, "next", PAGE)]
        assert [body(page).count('class="event-mark"') for page in pages] == [50, 50, 21]

    @pytest.mark.parametrize(
        ("topic", "says", "says_not"),
        [
            ("sign-ins", "Signed in", "Contact information changed"),
            ("profile", "Contact information changed", "Signed in"),
            ("security", "Nothing here", "Signed in"),
            ("made-up", "Signed in", "Nothing here"),
        ],
    )
    def test_of_one_topic(self, nina: User, client: Client, topic: str, says: str, says_not: str) -> None:
        fill(nina, 1, action="account.contact_edited")
        page = words_at(client.get(PAGE, {"topic": topic}), "class", "stack")
        assert says in page
        assert says_not not in page

    def test_of_the_last_ninety_days(self, nina: User, clock: time_machine.Traveller, client: Client) -> None:
        clock.shift(timedelta(days=91))
        sign_in(client, NINA)
        assert main_words(client.get(PAGE)).count("Signed in ") == 1

    def test_of_ones_own_account_only(self, nina: User, client: Client) -> None:
        fill(make_user("max@example.com"), 3)
        # What the person did elsewhere belongs into the log of that organization.
        fill(nina, 1, subject_id=None)
        assert client.get(PAGE).text.count('class="event-mark"') == 1

    def test_takes_the_same_queries_for_a_thousand_as_for_one(self, nina: User, client: Client) -> None:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as with_one:
            client.get(PAGE)
        fill(nina, 1000)
        with CaptureQueriesContext(connection) as with_many:
            client.get(PAGE)
        assert len(with_many) == len(with_one)

    def test_is_for_who_is_signed_in(self) -> None:
        assert Client().get(PAGE).headers["Location"].startswith("/accounts/login/")

    @pytest.mark.parametrize("query", ["?after=zz", "?before=%00", "?sort=device", "?topic=%ff"])
    def test_odd_addresses_are_the_first_page(self, client: Client, query: str) -> None:
        assert "Signed in" in main_words(client.get(PAGE + query))

    def test_the_card_shows_the_last_five(self, nina: User, client: Client) -> None:
        fill(nina, 9)
        card = words_at(client.get("/profile/security/"), "id", "activity-card")
        assert card.count("Signed in ") == 5


def recorded_in(path: Path) -> Iterator[str]:
    """The names of account events that a module writes: every text that is one."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "audited", "record_denial"}:
            for argument in node.args[:1]:
                for part in ast.walk(argument):
                    if isinstance(part, ast.Constant) and str(part.value).startswith("account."):
                        yield str(part.value)


def every_name() -> set[str]:
    modules = [path for app in ("accounts", "organizations") for path in (ROOT / app).rglob("*.py")]
    return {name for path in modules for name in recorded_in(path)}


def test_every_event_of_an_account_has_its_sentence() -> None:
    assert len(every_name()) > 20
    assert sorted(every_name() - set(LINES)) == []


def test_no_sentence_is_for_an_event_that_nobody_writes() -> None:
    former = {"account.renamed"}
    assert sorted(set(LINES) - every_name() - former) == []


def test_every_icon_is_there() -> None:
    for line in LINES.values():
        assert icon(line.icon, 14)
