"""All that Acme owns, in one file: asked for in its settings, made by the worker, fetched by who may, gone in a day."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from audit.models import Event
from console.celery import SCHEDULE
from organizations import signals
from organizations.actions import (
    create_role,
    make_organization_export,
    prune_organization_exports,
    remove_member,
    sweep_organization_exports,
)
from organizations.actions.exports import EXPORTER
from organizations.models import Membership, Organization, OrganizationExport
from outbox.leases import LEASE
from tests.accounts import uploads
from tests.cast import Cast, Person
from tests.memory import measured
from tests.organizations.inviting import invite
from tests.organizations.owning import EXPORT, close, download_path, exported, offer, opened, stored
from tests.reading import body, link_in, links, mails_to, main_words, posts, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files")]

NEW = f"{EXPORT}new/"


@pytest.fixture
def no_files() -> Iterator[None]:
    """The storage outlives the database of a test."""
    yield
    for name in stored():
        default_storage.delete(f"organization-exports/{name}")


def fetched(person: Person, export: OrganizationExport) -> Any:
    return opened(Person(person.user).client.get(download_path(export)))


def table(archive: Any, subject: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(f"{subject}.csv").decode("utf-8-sig"))))


def rows(archive: Any, subject: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"{subject}.json"))
    return found


class TestAskedFor:
    @pytest.mark.embedded
    def test_from_the_settings_to_the_file(
        self, cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Any
    ) -> None:
        if settings.REDIS_URL:
            pytest.skip("a worker makes it")
        client = cast.adam.client
        assert EXPORT in links(client.get("/o/acme/settings/"))
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(NEW).headers["Location"] == EXPORT
        (mail,) = mails_to("adam.admin@example.com", "organization-export-ready")
        page = client.get(link_in(mail))
        assert "Asked for" in main_words(page)
        assert download_path(OrganizationExport.objects.get()) in links(page)

    def test_it_shows_how_far_it_is_until_it_is_done(self, cast: Cast) -> None:
        client = cast.adam.client
        client.post(NEW)
        page = client.get(EXPORT)
        assert "The export is waiting for its turn" in words(page)
        assert 'data-hx-trigger="every 2s"' in body(page)
        (export,) = OrganizationExport.objects.all().claim(1)
        export.note_progress(40)
        part = client.get(EXPORT, headers={"HX-Request": "true", "HX-Target": "exports"})
        assert 'value="40" max="100"' in body(part)
        assert "<html" not in body(part)

    def test_one_at_a_time_whoever_asks(self, cast: Cast) -> None:
        cast.adam.client.post(NEW)
        assert NEW not in posts(cast.olivia.client.get(EXPORT))
        assert "being made already" in words(cast.olivia.client.post(NEW, follow=True))
        assert OrganizationExport.objects.count() == 1

    def test_three_a_day_are_enough(self, clock: time_machine.Traveller, cast: Cast) -> None:
        for _ in range(3):
            cast.adam.client.post(NEW)
            make_organization_export(OrganizationExport.objects.get(state="waiting").pk)
        assert "Try again tomorrow" in words(cast.olivia.client.post(NEW, follow=True))
        clock.shift(timedelta(hours=24, seconds=1))
        Person(cast.olivia.user).client.post(NEW)
        assert OrganizationExport.objects.count() == 4

    def test_an_old_proof_is_asked_for_again(self, cast: Cast) -> None:
        export = exported(cast.acme, cast.adam)
        client = cast.adam.client
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            assert "Confirm that it is you" in words(client.post(NEW))
            assert "Confirm that it is you" in words(client.get(download_path(export)))
            page = client.get(EXPORT)
        assert download_path(export) not in links(page)
        assert f"{EXPORT}proof/" in links(page)
        assert OrganizationExport.objects.count() == 1

    def test_a_personal_account_has_one_too(self, cast: Cast) -> None:
        cast.sam.client.post("/o/personal/settings/export/new/")
        export = OrganizationExport.objects.get()
        assert make_organization_export(export.pk)
        page = cast.sam.client.get("/o/personal/settings/export/")
        assert f"/o/personal/settings/export/{export.pk}/download/" in links(page)
        assert cast.mia.client.get(f"/o/personal/settings/export/{export.pk}/download/").status_code == 404

    def test_beat_sees_to_it(self) -> None:
        tasks = {entry["task"] for entry in SCHEDULE.values()}
        assert {"organizations.sweep_exports", "organizations.prune_exports"} <= tasks


class TestFetched:
    def test_by_everybody_who_may_export_and_nobody_else(self, cast: Cast) -> None:
        export = exported(cast.acme, cast.adam)
        assert fetched(cast.olivia, export).testzip() is None
        assert cast.mia.client.get(download_path(export)).status_code == 403
        for stranger in (cast.sam, cast.rita):
            assert stranger.client.get(download_path(export)).status_code == 404
        assert cast.rita.client.get(f"/o/rival/settings/export/{export.pk}/download/").status_code == 404
        assert cast.olivia.client.get(f"{EXPORT}{uuid4()}/download/").status_code == 404
        assert Client().get(download_path(export)).headers["Location"].startswith("/accounts/login/")
        assert Event.objects.get(action="organization.export_downloaded").actor_id == cast.olivia.user.pk

    def test_not_by_who_was_removed_a_moment_ago_and_no_mail_tells_them(self, cast: Cast) -> None:
        export = exported(cast.acme, cast.adam)
        waiting = OrganizationExport.objects.create(organization=cast.acme, requested_by=cast.adam.user)
        remove_member(membership=cast.adam.membership(cast.acme), by=cast.olivia.actor(cast.acme))
        assert cast.adam.client.get(download_path(export)).status_code == 404
        assert make_organization_export(waiting.pk)
        assert len(mails_to("adam.admin@example.com", "organization-export-ready")) == 1

    def test_not_from_an_organization_that_is_closed(self, cast: Cast) -> None:
        export = exported(cast.acme, cast.olivia)
        close(cast.acme, cast.olivia)
        assert cast.olivia.client.get(download_path(export)).status_code == 404

    def test_after_a_day_it_is_gone(self, clock: time_machine.Traveller, cast: Cast) -> None:
        export = exported(cast.acme, cast.adam)
        clock.shift(timedelta(days=1))
        client = Person(cast.adam.user).client
        assert "no longer there" in words(client.get(download_path(export), follow=True))
        assert len(stored()) == 1
        prune_organization_exports()
        assert stored() == []
        assert "Expired" in main_words(client.get(EXPORT))


class TestBadDays:
    @pytest.mark.embedded
    def test_what_a_killed_worker_left_another_one_makes(self, clock: time_machine.Traveller, cast: Cast) -> None:
        export = OrganizationExport.objects.create(organization=cast.acme, requested_by=cast.adam.user)
        (late,) = OrganizationExport.objects.select_related("organization").claim(1)
        assert not make_organization_export(export.pk)
        clock.shift(LEASE)
        assert sweep_organization_exports() == 1
        if stored() == []:
            make_organization_export(export.pk)
        # The one that was only stalled comes too late, and leaves nothing.
        assert not EXPORTER.attempt(late)
        export.refresh_from_db()
        assert stored() == [export.file.removeprefix("organization-exports/")]
        assert len(mails_to("adam.admin@example.com", "organization-export-ready")) == 1

    def test_memory_does_not_grow_with_it(self, cast: Cast) -> None:
        def peak(count: int, name: str) -> int:
            users = User.objects.bulk_create(
                User(email=f"{name}-{n}@example.com", first_name="N") for n in range(count)
            )
            Membership.objects.bulk_create(
                Membership.build(organization=cast.acme, user=user, role="member") for user in users
            )
            with measured() as memory:
                exported(cast.acme, cast.olivia)
            return memory.peak

        few, many = peak(600, "few"), peak(3_000, "many")
        assert many < few * 1.5 + 1_000_000, (few, many)


class TestWhatIsInIt:
    def test_all_of_acme_and_nothing_of_anybody_else(self, cast: Cast) -> None:
        by = cast.olivia.actor(cast.acme)
        create_role(organization=cast.acme, name="Guest", permissions=["view_members"], by=by)
        invitation = invite(cast, "new.face@example.com", "tech", note="Come and join us")
        invite(cast, "sam.stranger@example.com")
        offer(cast)
        invite_to_rival = cast.rita.client.post(
            "/o/rival/members/invitations/new/", {"email": "rivals.guest@example.com", "role": "member"}
        )
        assert invite_to_rival.status_code == 302
        archive = fetched(cast.olivia, exported(cast.acme, cast.olivia))
        (acme,) = rows(archive, "organization")
        assert (acme["name"], acme["slug"], acme["status"]) == ("Acme", "acme", "active")
        assert {(row["email"], row["role"]) for row in rows(archive, "members")} == {
            ("olivia.owner@example.com", "owner"),
            ("adam.admin@example.com", "admin"),
            ("bella.billing@example.com", "billing"),
            ("theo.tech@example.com", "tech"),
            ("mia.member@example.com", "member"),
        }
        assert len(table(archive, "members")) == 5
        assert [row["email"] for row in table(archive, "invitations")] == [
            "new.face@example.com",
            "sam.stranger@example.com",
        ]
        (role,) = rows(archive, "custom_roles")
        assert (role["name"], role["permissions"]) == ("Guest", "view_members, view_organization")
        (transfer,) = rows(archive, "transfers")
        assert (transfer["from_email"], transfer["to_email"]) == ("olivia.owner@example.com", "adam.admin@example.com")
        log = rows(archive, "audit_log")
        assert {"organization.created", "invitation.created", "transfer.offered"} <= {row["action"] for row in log}
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        for foreign in ("rita.rival", "rivals.guest", "Rival"):
            assert foreign not in everything
        for kind in ("mailed", "copied"):
            assert invitation.token(kind) not in everything

    def test_cells_are_inert(self, cast: Cast) -> None:
        cast.mia.user.first_name = "=HYPERLINK(1)"
        cast.mia.user.save()
        archive = fetched(cast.olivia, exported(cast.acme, cast.olivia))
        (mia,) = [row for row in table(archive, "members") if row["email"] == "mia.member@example.com"]
        assert mia["first_name"] == "'=HYPERLINK(1)"
        assert "=HYPERLINK(1)" in {row["first_name"] for row in rows(archive, "members")}

    def test_an_app_above_adds_its_own(self, cast: Cast) -> None:
        def robots(organization: Organization, add: Callable[..., None], **_: Any) -> None:
            add("robots", lambda: iter([{"name": f"Robots of {organization.name}"}]), columns=("name",))

        signals.exporting.connect(robots)
        try:
            archive = fetched(cast.olivia, exported(cast.acme, cast.olivia))
        finally:
            signals.exporting.disconnect(robots)
        assert rows(archive, "robots") == [{"name": "Robots of Acme"}]
        assert table(archive, "robots") == [{"name": "Robots of Acme"}]


def test_the_logo_is_in_it(cast: Cast) -> None:
    logo = SimpleUploadedFile("logo.png", uploads.encoded("PNG"), "image/png")
    assert cast.olivia.client.post("/o/acme/settings/logo/", {"picture": logo}).status_code == 302
    archive = fetched(cast.adam, exported(Organization.objects.get(pk=cast.acme.pk), cast.adam))
    with Image.open(io.BytesIO(archive.read("logo.webp"))) as drawing:
        assert (drawing.format, drawing.size) == ("WEBP", (256, 256))
