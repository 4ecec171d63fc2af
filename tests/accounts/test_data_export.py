"""My data: asked for on a page, collected by the worker, fetched by who asked, gone after a day."""

import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import portrait
from accounts.actions import close_account, exports, make_export, prune_exports, sweep_exports
from accounts.models import DataExport, User
from accounts.proof import PROVEN_AT
from audit.actors import Actor
from audit.models import Event
from console.celery import SCHEDULE
from outbox.models import LEASE
from tests.accounts.signing import PASSWORD, make_user, sign_in
from tests.cast import Cast, Person
from tests.organizations.inviting import invite, mailed_link
from tests.reading import body, link_in, mails_to, main_words, posts, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGE = "/profile/preferences/data/"
NEW = "/profile/preferences/data/new/"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that only moves when it is told to."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_files() -> Iterator[None]:
    """The storage outlives the database of a test."""
    yield
    for name in stored():
        default_storage.delete(f"exports/{name}")


def stored() -> list[str]:
    """The files of exports that there are."""
    try:
        return default_storage.listdir("exports")[1]
    except FileNotFoundError:
        return []


def proven(person: Person) -> Client:
    """A browser in which the person has proven a moment ago who they are."""
    client = Client()
    client.force_login(person.user)
    session = client.session
    session[PROVEN_AT] = datetime.now(UTC).timestamp()
    session.save()
    return client


def download_path(export: DataExport) -> str:
    return f"{PAGE}{export.pk}/download/"


def made(user: User) -> DataExport:
    """An export that the worker has made."""
    export = DataExport.objects.create(user=user)
    assert make_export(export.pk)
    export.refresh_from_db()
    return export


def contents(response: HttpResponseBase) -> zipfile.ZipFile:
    """The zip that was sent."""
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined] # a file


def read(archive: zipfile.ZipFile, subject: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(archive.read(f"{subject}.json"))
    return rows


class TestAskedFor:
    def test_it_is_made_at_once_where_no_worker_is_needed_and_a_mail_says_so(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Any
    ) -> None:
        if settings.REDIS_URL:
            pytest.skip("a worker makes it")
        with django_capture_on_commit_callbacks(execute=True):
            assert cast.mia.client.post(NEW).headers["Location"] == PAGE
        (mail,) = mails_to("mia.member@example.com", "export-ready")
        client = proven(cast.mia)
        page = client.get(link_in(mail))
        assert "Download" in main_words(page)
        export = DataExport.objects.get()
        archive = contents(client.get(download_path(export)))
        assert read(archive, "profile")[0]["first_name"] == "Mia"

    def test_the_link_in_the_mail_alone_opens_nothing(self, cast: Cast) -> None:
        made(cast.mia.user)
        (mail,) = mails_to("mia.member@example.com", "export-ready")
        assert Client().get(link_in(mail)).headers["Location"].startswith("/accounts/login/")

    def test_the_page_asks_how_far_it_is_until_it_is_done(self, cast: Cast) -> None:
        client = cast.mia.client
        client.post(NEW)
        page = client.get(PAGE)
        assert "Your data is waiting for its turn" in words(page)
        assert 'data-hx-trigger="every 2s"' in body(page)
        (export,) = DataExport.objects.all().claim(1)
        export.note_progress(40)
        part = client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "exports"})
        assert '<progress aria-label="40 % of your data is collected" value="40" max="100">' in body(part)
        assert "<html" not in body(part)
        DataExport.objects.update(claimed_until=None)
        assert make_export(export.pk)
        done = client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "exports"})
        assert "data-hx-trigger" not in body(done)
        assert "Your data is ready." in words(done)

    def test_one_at_a_time_is_enough(self, cast: Cast) -> None:
        client = cast.mia.client
        client.post(NEW)
        assert NEW not in posts(client.get(PAGE))
        assert "being collected already" in words(client.post(NEW, follow=True))
        assert DataExport.objects.count() == 1
        assert Event.objects.get(action="account.export_requested", outcome="denied").after == {"code": "running"}

    def test_three_a_day_are_enough(self, cast: Cast, clock: time_machine.Traveller) -> None:
        client = cast.mia.client
        for _ in range(3):
            client.post(NEW)
            make_export(DataExport.objects.get(state="waiting").pk)
        assert "Try again tomorrow" in words(client.post(NEW, follow=True))
        assert DataExport.objects.count() == 3
        clock.shift(timedelta(hours=24, seconds=1))
        client = proven(cast.mia)
        client.post(NEW)
        assert DataExport.objects.count() == 4

    def test_only_a_post_asks_for_it(self, cast: Cast) -> None:
        assert cast.mia.client.get(NEW).status_code == 405
        assert not DataExport.objects.exists()

    def test_it_takes_as_many_queries_for_many_as_for_one(
        self, cast: Cast, django_assert_num_queries: Any, django_assert_max_num_queries: Any
    ) -> None:
        now = datetime.now(UTC)
        rows = [
            DataExport(user=cast.mia.user, state="sent", sent_at=now, file="x", expires_at=now + timedelta(days=1))
            for _ in range(1000)
        ]
        rows[0].save(force_insert=True)
        cast.mia.client.get(PAGE)
        with django_assert_max_num_queries(30) as counted:
            cast.mia.client.get(PAGE)
        DataExport.objects.bulk_create(rows[1:])
        with django_assert_num_queries(len(counted.captured_queries)):
            cast.mia.client.get(PAGE)


class TestFetched:
    def test_somebody_elses_is_not_there(self, cast: Cast) -> None:
        export = made(cast.mia.user)
        assert proven(cast.olivia).get(download_path(export)).status_code == 404
        assert proven(cast.olivia).post(download_path(export)).status_code == 404
        assert proven(cast.mia).get(f"{PAGE}{uuid4()}/download/").status_code == 404
        assert Client().get(download_path(export)).headers["Location"].startswith("/accounts/login/")

    def test_it_is_a_file_to_keep_that_no_cache_keeps(self, cast: Cast) -> None:
        response = proven(cast.mia).get(download_path(made(cast.mia.user)))
        assert response.headers["Content-Type"] == "application/zip"
        assert response.headers["Content-Disposition"].startswith('attachment; filename="console-data-')
        assert "no-store" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert contents(response).testzip() is None

    def test_each_fetching_is_written_down(self, cast: Cast) -> None:
        contents(proven(cast.mia).get(download_path(made(cast.mia.user))))
        event = Event.objects.get(action="account.export_downloaded")
        assert (event.actor_id, event.subject_id) == (cast.mia.user.pk, cast.mia.user.pk)

    def test_an_old_proof_is_asked_for_again(self, clock: time_machine.Traveller) -> None:
        user = make_user("paul.page@example.com")
        client = Client()
        sign_in(client, user.email)
        export = made(user)
        assert download_path(export) in body(client.get(PAGE))
        clock.shift(timedelta(minutes=11))
        page = client.get(PAGE)
        assert download_path(export) not in body(page)
        assert f"{PAGE}proof/" in body(page)
        asked = client.get(f"{PAGE}proof/")
        carried = body(asked).partition('name="carried" value="')[2].partition('"')[0]
        answer = client.post(
            f"{PAGE}proof/", {"proof": "password", "carried": carried, "password": PASSWORD}, follow=True
        )
        assert answer.redirect_chain[-1][0] == PAGE
        assert download_path(export) in body(answer)

    def test_with_an_old_proof_the_file_itself_is_not_sent(self, clock: time_machine.Traveller) -> None:
        user = make_user("paul.page@example.com")
        client = Client()
        sign_in(client, user.email)
        export = made(user)
        clock.shift(timedelta(minutes=11))
        response = client.get(download_path(export))
        assert "Confirm that it is you" in words(response)

    def test_no_address_leads_to_the_file_and_nobody_else_on_the_machine_reads_it(self, cast: Cast) -> None:
        export = made(cast.mia.user)
        assert Path(default_storage.path(export.file)).stat().st_mode & 0o077 == 0
        for path in (f"/{export.file}", f"/media/{export.file}", f"/static/{export.file}"):
            assert cast.mia.client.get(path).status_code == 404


class TestAfterADay:
    def test_the_file_is_gone(self, cast: Cast, clock: time_machine.Traveller) -> None:
        export = made(cast.mia.user)
        clock.shift(timedelta(days=1))
        client = proven(cast.mia)
        response = client.get(download_path(export), follow=True)
        assert "no longer there" in words(response)
        assert len(stored()) == 1
        prune_exports()
        assert stored() == []
        assert "Expired" in main_words(client.get(PAGE))

    def test_not_a_moment_earlier(self, cast: Cast, clock: time_machine.Traveller) -> None:
        export = made(cast.mia.user)
        clock.shift(timedelta(days=1) - timedelta(seconds=1))
        prune_exports()
        client = proven(cast.mia)
        assert contents(client.get(download_path(export))).testzip() is None

    def test_beat_sees_to_it(self) -> None:
        assert {"accounts.prune_exports", "accounts.sweep_exports"} <= {entry["task"] for entry in SCHEDULE.values()}

    def test_a_file_that_no_row_names_goes_but_not_while_it_may_be_being_made(self) -> None:
        default_storage.save("exports/left-behind.zip", ContentFile(b"all that there is"))
        prune_exports()
        assert stored() == ["left-behind.zip"]
        with time_machine.travel(datetime(2036, 1, 1, tzinfo=UTC)):
            prune_exports()
        assert stored() == []

    def test_that_there_was_one_is_forgotten_after_90_days(self, cast: Cast, clock: time_machine.Traveller) -> None:
        made(cast.mia.user)
        clock.shift(timedelta(days=91))
        prune_exports()
        assert not DataExport.objects.exists()


class TestBadDays:
    def test_what_a_killed_worker_left_another_one_makes(
        self, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = DataExport.objects.create(user=cast.mia.user)
        DataExport.objects.all().claim(1)
        assert not make_export(export.pk)
        clock.shift(LEASE)
        woken: list[str] = []
        monkeypatch.setattr(exports, "wake", lambda task, *arguments, **_: woken.extend(arguments))
        assert sweep_exports() == 1
        assert woken == [str(export.pk)]
        assert make_export(export.pk)

    def test_a_worker_that_comes_too_late_leaves_nothing(self, cast: Cast, clock: time_machine.Traveller) -> None:
        """Stalled for longer than its claim holds: another one has made the file meanwhile."""
        export = DataExport.objects.create(user=cast.mia.user)
        (late,) = DataExport.objects.select_related("user").claim(1)
        clock.shift(LEASE)
        assert make_export(export.pk)
        assert not exports._attempt(late)  # noqa: SLF001 -- what the stalled worker goes on with
        export.refresh_from_db()
        assert stored() == [export.file.removeprefix("exports/")]
        assert len(mails_to("mia.member@example.com", "export-ready")) == 1

    def test_a_long_part_keeps_the_claim(
        self, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slowly() -> Iterator[dict[str, int]]:
            for number in range(1000):
                clock.shift(LEASE / 1000)
                yield {"number": number}
                assert not DataExport.objects.due().exists()

        monkeypatch.setattr(exports, "parts_of", lambda _user: [("slow", slowly()), ("slower", slowly())])
        export = DataExport.objects.create(user=cast.mia.user)
        assert make_export(export.pk)

    def test_what_fails_is_tried_again_and_given_up_in_the_end(
        self, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, caplog: Any
    ) -> None:
        def broken(_user: User) -> list[Any]:
            raise RuntimeError("mia.member@example.com cannot be read")

        monkeypatch.setattr(exports, "parts_of", broken)
        export = DataExport.objects.create(user=cast.mia.user)
        for _ in range(5):
            assert not make_export(export.pk)
            export.refresh_from_db()
            clock.move_to(export.due_at)
        assert export.status == "failed"
        assert "could not be collected" in words(cast.mia.client.get(PAGE))
        assert stored() == []
        assert "mia.member" not in caplog.text

    def test_the_account_is_deleted_while_it_is_made(
        self,
        cast: Cast,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        real = portrait.parts_of

        def and_then_gone(user: User) -> list[Any]:
            parts = real(user)
            close_account(user=user, by=Actor.system())
            return parts

        monkeypatch.setattr(exports, "parts_of", and_then_gone)
        export = DataExport.objects.create(user=cast.mia.user)
        assert not make_export(export.pk)
        assert stored() == []

    def test_with_the_account_its_files_go(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        made(cast.mia.user)
        assert len(stored()) == 1
        with django_capture_on_commit_callbacks(execute=True):
            close_account(user=cast.mia.user, by=cast.mia.actor())
        assert stored() == []


class TestWhatIsInIt:
    def test_all_that_is_mine_and_nobody_elses(self, cast: Cast) -> None:
        invitation = invite(cast, "sam.stranger@example.com", "tech", note="Come and join us")
        cast.sam.client.post(f"{mailed_link(invitation)}acceptance/")
        cast.sam.client.post("/organizations/new/", {"name": "Vega"})
        archive = contents(proven(cast.sam).get(download_path(made(cast.sam.user))))
        assert read(archive, "addresses") == [{"email": "sam.stranger@example.com", "verified": True, "primary": True}]
        assert {(row["organization_name"], row["role"]) for row in read(archive, "memberships")} == {
            ("", "owner"),
            ("Acme", "tech"),
            ("Vega", "owner"),
        }
        (invited,) = read(archive, "invitations")
        assert (invited["organization_name"], invited["note"], invited["state"]) == (
            "Acme",
            "Come and join us",
            "accepted",
        )
        assert [row["name"] for row in read(archive, "organizations_founded")] == ["Vega"]
        assert "invitation.accepted" in {row["action"] for row in read(archive, "activity")}
        assert len(read(archive, "sessions")) == 2
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        for somebody_else in ("mia.member", "adam.admin", "rita", "Rival"):
            assert somebody_else not in everything

    def test_nothing_that_opens_anything(self, cast: Cast) -> None:
        """Walks all that hangs on the user: what is not listed by name is not in it, and no secret is listed."""
        user = make_user("paul.page@example.com")
        client = Client()
        sign_in(client, user.email)
        archive = contents(client.get(download_path(made(user))))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        user.refresh_from_db()
        assert str(user.password) not in everything
        assert str(client.session.session_key) not in everything
        secrets = ("secret", "digest", "key", "hash", "password", "token", "credential", "nonce")
        for relation, fields in portrait.RELATED.values():
            assert not [field for field in fields if any(word in field for word in secrets)], relation

    def test_each_model_of_a_persons_own_was_looked_at(self) -> None:
        """A new model that hangs on the user must be exported, or listed here with the reason why not."""
        elsewhere = {
            "memberships": "by organizations",
            "personal_account": "by organizations, as a membership",
            "logentry": "staff's clicks in the admin: the company's",
            "factor_guard": "how often a second factor was wrong: in the activity",
            "webauthn_user_handle": "a passkey's pseudonym, of no use to people",
            "webauthncredential": "the package's own table, which stays empty",
        }
        relations = {relation.name for relation in User._meta.related_objects if not relation.hidden}
        exported = {relation for relation, _fields in portrait.RELATED.values()}
        assert relations - exported - set(elsewhere) == set()

    def test_memory_does_not_grow_with_it(self, cast: Cast) -> None:
        def peak(count: int) -> int:
            Event.objects.bulk_create(
                Event(action="account.signed_in", actor_kind="user", actor_id=cast.mia.user.pk) for _ in range(count)
            )
            tracemalloc.start()
            made(cast.mia.user)
            _now, highest = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return highest

        few, many = peak(1_000), peak(20_000)
        assert many < few * 1.5 + 1_000_000, (few, many)
