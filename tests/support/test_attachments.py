"""Files of messages: what is taken, kept over a refusal, and given back (ATTACKS 31)."""

import gzip
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.utils import timezone
from pytest_django import Settings

from accounts.actions.closing import close_account
from support.actions.attachments import prune_files
from support.files.storing import clean_name
from support.models import Attachment, Message, Ticket
from tests.cast import Cast, Person
from tests.reading import body, error_at, main_words, words
from tests.support.making import make_ticket

pytestmark = pytest.mark.django_db

NEW = "/o/acme/support/tickets/new/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def storage(settings: Settings, tmp_path: Any) -> None:
    """A storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path


def file(name: str = "server.log", content: bytes = b"12:00 It died.\n") -> SimpleUploadedFile:
    """A file as a browser sends it, which says that it is a page."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def ask(person: Person, *files: SimpleUploadedFile, **other: Any) -> HttpResponseBase:
    """Raise a ticket with files."""
    typed = {"title": "It died", "body": "Look.", "priority": "normal", **other}
    return person.client.post(NEW, {**typed, "uploads": list(files)})


def stored() -> list[str]:
    """What the storage has of messages, by day."""
    try:
        days = default_storage.listdir("support/attachments")[0]
    except FileNotFoundError:
        return []
    return [f"{day}/{name}" for day in days for name in default_storage.listdir(f"support/attachments/{day}")[1]]


def fetched(person: Person, attachment: Attachment) -> HttpResponseBase:
    """A file of a ticket of Acme, as a browser fetches it."""
    ticket = attachment.message.ticket_id
    return person.client.get(f"/o/acme/support/tickets/{ticket}/attachments/{attachment.pk}/")


def test_a_file_is_what_its_bytes_are_and_comes_back_as_a_download_alone(cast: Cast) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", "b")
    sent = {
        "server.log": (file(), "text/plain"),
        "page.png": (file("../../page.png", PAGE), "text/plain"),
        "picture.html": (file("picture.html", PNG + PAGE), "image/png"),
        "files.docx": (file("C:\\x\\files.docx", packed.getvalue()), "application/zip"),
        "log.gz": (file("log\u202e.gz", gzip.compress(b"x")), "application/gzip"),
    }
    ask(cast.mia, *(upload for upload, _kind in sent.values()))
    found = {one.name: one for one in Attachment.objects.select_related("message")}
    assert {name: one.content_type for name, one in found.items()} == {name: kind for name, (_, kind) in sent.items()}
    assert len(stored()) == 5
    response = fetched(cast.mia, found["page.png"])
    assert b"".join(response.streaming_content) == PAGE  # type: ignore[attr-defined] # it is streamed
    for name, value in {
        "Content-Type": "text/plain",
        "Content-Disposition": 'attachment; filename="page.png"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store, private",
    }.items():
        assert response.headers[name] == value
    shown = main_words(cast.mia.client.get(f"/o/acme/support/tickets/{Ticket.objects.get().pk}/"))
    assert "server.log text/plain · 15 bytes" in shown.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\x.log", "x.log"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie_ b.txt"),
        ("gnp.\u202exe\u2066.txt", "gnp.xe.txt"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("\u200b", "file"),
        ("x" * 300 + ".log", "x" * 145 + "….log"),
    ],
)
def test_names_are_names_and_nothing_else(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def test_what_is_not_taken_is_said_at_the_field_and_nothing_of_it_stays(cast: Cast) -> None:
    wrong = {
        "“none.txt” is empty.": [file("none.txt", b"")],
        "We do not take “run.exe” as it is.": [file("run.exe", b"MZ\x90\0\x03")],
        "“big.txt” has more than 10 MB.": [file("big.txt", b"x" * (10 * 1024 * 1024 + 1))],
        "A message has at most 5 files.": [file(f"{n}.txt") for n in range(6)],
    }
    for sentence, files in wrong.items():
        assert sentence in error_at(ask(cast.mia, *files), "uploads")
    big = [file(f"{n}.txt", b"x" * (9 * 1024 * 1024)) for n in range(3)]
    assert "at most 25 MB together" in error_at(ask(cast.mia, *big), "uploads")
    assert not Ticket.objects.exists()


def test_after_a_refusal_files_are_there_still_and_can_be_left_out(cast: Cast) -> None:
    page = ask(cast.mia, file("one.log"), file("two.log"), title="")
    assert error_at(page, "title")
    assert "one.log" in main_words(page)
    kept = [part.partition('value="')[2].partition('"')[0] for part in body(page).split('name="kept" ')[1:]]
    # Nobody else, and no other page, opens what this page holds.
    too_late = "Your files waited for more than an hour. Choose them again."
    assert error_at(ask(cast.adam, kept=kept), "uploads") == too_late
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert error_at(ask(Person(cast.mia.user), kept=kept), "uploads") == too_late
    assert ask(cast.mia, file("three.log"), kept=kept[1:]).status_code == 302
    assert set(Attachment.objects.values_list("name", flat=True)) == {"two.log", "three.log"}
    # What was sent is sent.
    assert error_at(ask(cast.mia, kept=kept[1:]), "uploads") == "These files were sent already. Choose them again."
    # What nobody sent goes after two days.
    assert len(stored()) == 3
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert prune_files() == 1
    assert len(stored()) == 2


def test_a_storage_that_fails_is_told_of_and_leaves_nothing_half_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user)
    ask(cast.mia, file())
    sent = Attachment.objects.select_related("message").get()

    def full(*_args: Any, **_kwargs: Any) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "save", full)
        page = cast.mia.client.post(
            f"/o/acme/support/tickets/{ticket.pk}/messages/", {"body": "My text", "uploads": [file()]}
        )
    assert error_at(page, "uploads").startswith("Your files could not be stored at this moment.")
    assert "My text" in body(page)
    assert ticket.messages.count() == 1
    default_storage.delete(sent.file)
    back = cast.mia.client.get(f"/o/acme/support/tickets/{sent.message.ticket_id}/attachments/{sent.pk}/", follow=True)
    assert "This file cannot be fetched at this moment." in words(back)


def test_somebody_elses_files_and_those_of_notes_are_not_there(cast: Cast) -> None:
    ask(cast.theo, file())
    sent = Attachment.objects.select_related("message").get()
    other = make_ticket(cast.acme, cast.mia.user)
    assert b"".join(fetched(cast.adam, sent).streaming_content)  # type: ignore[attr-defined] # it is streamed
    assert fetched(cast.mia, sent).status_code == 404
    # Not by way of one's own ticket either.
    own = f"/o/acme/support/tickets/{other.pk}/attachments/{sent.pk}/"
    assert cast.mia.client.get(own).status_code == 404
    Message.objects.filter(pk=sent.message_id).update(is_staff=True, is_internal=True)
    assert fetched(cast.adam, sent).status_code == 404


def test_files_of_a_personal_account_go_with_it(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    cast.mia.client.post(
        "/o/personal/support/tickets/new/",
        {"title": "Mine", "body": "Look.", "priority": "low", "uploads": [file()]},
    )
    assert len(stored()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        close_account(user=cast.mia.user, by=cast.mia.actor())
    assert stored() == []
