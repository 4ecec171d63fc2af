"""Exports as tests make and open them."""

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpResponseBase
from django.test import Client

from accounts.actions import make_export
from accounts.models import DataExport, User
from accounts.proof import PROVEN_AT
from tests.cast import Person

PAGE = "/profile/preferences/data/"
NEW = "/profile/preferences/data/new/"


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
