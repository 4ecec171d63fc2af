"""The worker that collects a person's data on good and bad days, and what it collects."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

import outbox.exports
from accounts import portrait
from accounts.actions import close_account, exports, make_export, sweep_exports
from accounts.models import DataExport, User
from audit.actors import Actor
from audit.models import Event
from outbox.leases import LEASE
from tests.accounts.exporting import PAGE, contents, download_path, made, proven, read, stored
from tests.accounts.signing import make_user, sign_in
from tests.cast import Cast
from tests.memory import measured
from tests.organizations.inviting import invite, mailed_link
from tests.reading import mails_to, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_files")]


class TestBadDays:
    def test_what_a_killed_worker_left_another_one_makes(
        self, cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = DataExport.objects.create(user=cast.mia.user)
        DataExport.objects.all().claim(1)
        assert not make_export(export.pk)
        clock.shift(LEASE)
        woken: list[str] = []
        monkeypatch.setattr(outbox.exports, "wake", lambda task, *arguments, **_: woken.extend(arguments))
        assert sweep_exports() == 1
        assert woken == [str(export.pk)]
        assert make_export(export.pk)

    def test_a_worker_that_comes_too_late_leaves_nothing(self, cast: Cast, clock: time_machine.Traveller) -> None:
        """Stalled for longer than its claim holds: another one has made the file meanwhile."""
        export = DataExport.objects.create(user=cast.mia.user)
        (late,) = DataExport.objects.select_related("user").claim(1)
        clock.shift(LEASE)
        assert make_export(export.pk)
        # What the stalled worker goes on with.
        assert not exports.EXPORTER.attempt(late)
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
        assert "could not be made" in words(cast.mia.client.get(PAGE))
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
            "join_requests": "by organizations",
            "landing": "by organizations",
            "personal_account": "by organizations, as a membership",
            "persongrant": "by projects",
            "userobjectpermission": "django-guardian's own table, which stays empty",
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
            with measured() as memory:
                made(cast.mia.user)
            return memory.peak

        few, many = peak(1_000), peak(8_000)
        assert many < few * 1.5 + 1_000_000, (few, many)
