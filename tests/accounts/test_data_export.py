"""My data: asked for on a page, collected by the worker, fetched by who asked, gone after a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import make_export, prune_exports
from accounts.models import DataExport
from audit.models import Event
from console.celery import SCHEDULE
from tests.accounts.exporting import NEW, PAGE, contents, download_path, made, proven, read, stored
from tests.accounts.signing import PASSWORD, make_user, sign_in
from tests.cast import Cast
from tests.reading import body, link_in, mails_to, main_words, posts, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files")]


class TestAskedFor:
    @pytest.mark.embedded
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
        assert "The export is waiting for its turn" in words(page)
        assert 'data-hx-trigger="every 2s"' in body(page)
        (export,) = DataExport.objects.all().claim(1)
        export.note_progress(40)
        part = client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "exports"})
        assert '<progress aria-label="40 % is collected" value="40" max="100">' in body(part)
        assert "<html" not in body(part)
        DataExport.objects.update(claimed_until=None)
        assert make_export(export.pk)
        done = client.get(PAGE, headers={"HX-Request": "true", "HX-Target": "exports"})
        assert "data-hx-trigger" not in body(done)
        assert "The export is ready." in words(done)

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
    @pytest.mark.embedded
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
