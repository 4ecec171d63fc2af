"""The members as a file, and the access review: what stands in them, for whom, and that it is written down."""

import csv
import io
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse

from audit.models import Event
from console import pages
from console.registry import ReviewColumn, registry
from organizations.models import Membership
from tests.accounts.factors import give_app
from tests.bulk import many_members
from tests.cast import Cast, Person
from tests.reading import main_words, words, words_at

pytestmark = pytest.mark.django_db

EXPORT, REVIEW = "/o/acme/members/export/", "/o/acme/members/review/"


def streamed(response: HttpResponseBase) -> StreamingHttpResponse:
    assert isinstance(response, StreamingHttpResponse)
    return response


def table(response: HttpResponseBase) -> list[list[str]]:
    text = streamed(response).getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def row_of(response: HttpResponseBase, person: Person) -> dict[str, str]:
    header, *rows = table(response)
    return next(dict(zip(header, row, strict=True)) for row in rows if row[1] == person.user.email)


@pytest.fixture
def acme(cast: Cast) -> Cast:
    """Mia was invited by Adam, has a second factor, and times that can be typed by hand."""
    give_app(cast.mia.user)
    Membership.objects.filter(user=cast.mia.user, organization=cast.acme).update(
        invited_by=cast.adam.user,
        joined_at=datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        last_active_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
        ends_at=datetime(2031, 12, 31, 22, 59, 59, tzinfo=UTC),
    )
    return cast


@pytest.mark.parametrize("path", [EXPORT, f"{REVIEW}export/"])
def test_a_look_at_its_head_hands_nothing_out_and_writes_nothing_down(cast: Cast, path: str) -> None:
    response = cast.adam.client.head(path)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert not Event.objects.filter(action__in=["members.exported", "review.exported"]).exists()


MIA = {
    "Name": "Mia Member",
    "E-mail address": "mia.member@example.com",
    "Role": "Member",
    "Last active": "2026-03-04T05:06:07+00:00",
    "Joined": "2026-02-03T04:05:06+00:00",
    "Invited by": "Adam Admin",
    "Ends": "2031-12-31T22:59:59+00:00",
}


def test_the_file_says_what_the_list_says(acme: Cast) -> None:
    response = acme.theo.client.get(EXPORT)
    assert response.headers["Content-Disposition"] == 'attachment; filename="members-acme.csv"'
    assert row_of(response, acme.mia) == MIA
    assert len(table(acme.theo.client.get(EXPORT))) == 6


def test_mfa_is_for_who_changes_roles(acme: Cast) -> None:
    assert row_of(acme.adam.client.get(EXPORT), acme.mia) == {**MIA, "MFA": "On"}
    assert row_of(acme.adam.client.get(EXPORT), acme.bella)["MFA"] == "Off"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=theo", ["theo.tech@example.com"]),
        ("role=tech", ["theo.tech@example.com"]),
        ("mfa=on", ["mia.member@example.com"]),
        ("q=nobody", []),
        ("sort=-name&role=admin", ["adam.admin@example.com"]),
    ],
)
def test_search_and_filters_apply(acme: Cast, query: str, found: list[str]) -> None:
    assert [row[1] for row in table(acme.olivia.client.get(f"{EXPORT}?{query}"))[1:]] == found


def test_a_filter_tells_nobody_else_who_has_a_second_factor(acme: Cast) -> None:
    assert len(table(acme.theo.client.get(f"{EXPORT}?mfa=on"))) == 6
    page = acme.theo.client.get("/o/acme/members/?mfa=on")
    assert "MFA" not in main_words(page)
    assert "theo.tech@example.com" in main_words(page)


@pytest.mark.parametrize(("choice", "found"), [("on", "1 member"), ("off", "4 members"), ("perhaps", "5 members")])
def test_the_list_is_filtered_by_mfa(acme: Cast, choice: str, found: str) -> None:
    assert words_at(acme.adam.client.get(f"/o/acme/members/?mfa={choice}"), "id", "members-found") == found


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)"])
def test_a_name_is_no_formula(acme: Cast, name: str) -> None:
    """ATTACKS 33."""
    acme.mia.user.first_name, acme.mia.user.last_name = name, ""
    acme.mia.user.save()
    assert row_of(acme.adam.client.get(EXPORT), acme.mia)["Name"] == f"'{name}"
    assert row_of(acme.adam.client.get(f"{REVIEW}export/"), acme.mia)["Name"] == f"'{name}"


@pytest.mark.parametrize(("path", "event"), [(EXPORT, "members.exported"), (f"{REVIEW}export/", "review.exported")])
def test_who_took_it_away_is_written_down(acme: Cast, path: str, event: str) -> None:
    acme.adam.client.get(path)
    written = Event.objects.get(action=event)
    assert (written.actor_id, written.organization_id) == (acme.adam.user.pk, acme.acme.pk)


def test_whose_membership_ends_gets_no_more_rows(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """ATTACKS 23: also where the file was begun before."""
    monkeypatch.setattr(pages, "BATCH", 2)
    monkeypatch.setattr("console.csv.CHUNK", 1)
    chunks = iter(streamed(acme.theo.client.get(EXPORT)))
    assert [b"Name" in next(chunks), b"Adam" in next(chunks), b"Bella" in next(chunks)] == [True, True, True]
    Membership.objects.filter(user=acme.theo.user, organization=acme.acme).delete()
    assert list(chunks) == []


def test_where_the_rest_goes_meanwhile_nobody_comes_twice(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BATCH", 2)
    monkeypatch.setattr("console.csv.CHUNK", 1)
    chunks = iter(streamed(acme.adam.client.get(EXPORT)))
    assert [b"Name" in next(chunks), b"Adam" in next(chunks), b"Bella" in next(chunks)] == [True, True, True]
    gone = [acme.mia.user, acme.olivia.user, acme.theo.user]
    Membership.objects.filter(user__in=gone, organization=acme.acme).delete()
    assert list(chunks) == []


def test_all_rows_come_once_each(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BATCH", 100)
    many_members(acme.acme, 345)
    addresses = [row[1] for row in table(acme.theo.client.get(EXPORT))[1:]]
    assert len(addresses) == len(set(addresses)) == 350


def test_the_review_shows_what_one_must_know(acme: Cast) -> None:
    page = main_words(acme.adam.client.get(REVIEW))
    for heading in ("Name", "Role", "MFA", "Last active", "Joined", "Invited by"):
        assert heading in page
    # What no app counts has no column.
    assert "Project grants" not in page
    # Who was away the longest comes first.
    assert page.index("mia.member@example.com") < page.index("theo.tech@example.com")
    assert "until 31 Dec. 2031" in page


def test_the_review_as_a_file(acme: Cast) -> None:
    row = row_of(acme.adam.client.get(f"{REVIEW}export/"), acme.mia)
    assert row == {**MIA, "MFA": "On", "API keys": "0", "Last key use": "", "Projects granted": "0"}


def test_an_app_above_counts_its_keys(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = acme.mia.membership(acme.acme).pk

    def keys(ids: Collection[UUID]) -> Mapping[UUID, int]:
        return {mia: 3} if mia in ids else {}

    monkeypatch.setattr(registry, "review", [])
    registry.add_review_column(ReviewColumn(key="grants", label="Project grants", order=20, counts=lambda _ids: {}))
    registry.add_review_column(ReviewColumn(key="keys", label="API keys", order=10, counts=keys))
    row = row_of(acme.adam.client.get(f"{REVIEW}export/"), acme.mia)
    assert (row["API keys"], row["Project grants"]) == ("3", "0")
    assert row_of(acme.adam.client.get(f"{REVIEW}export/"), acme.theo)["API keys"] == "0"
    page = main_words(acme.adam.client.get(REVIEW))
    assert page.index("API keys") < page.index("Project grants")
    # In the list and its file, nobody counts them.
    assert "API keys" not in row_of(acme.adam.client.get(EXPORT), acme.mia)


def test_a_column_takes_the_place_of_its_namesake(acme: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "review", [])
    registry.add_review_column(ReviewColumn(key="keys", label="API keys", order=10, counts=lambda _ids: {}))
    registry.add_review_column(ReviewColumn(key="keys", label="Keys", order=10, counts=lambda _ids: {}))
    row = row_of(acme.adam.client.get(f"{REVIEW}export/"), acme.mia)
    assert row == {**MIA, "MFA": "On", "Keys": "0"}


@pytest.mark.parametrize("who", ["theo", "bella", "mia"])
def test_the_review_is_for_who_changes_roles(acme: Cast, who: str) -> None:
    client = getattr(acme, who).client
    assert client.get(REVIEW).status_code == client.get(f"{REVIEW}export/").status_code == 403
    assert "Access review" not in words(client.get("/o/acme/members/"))
