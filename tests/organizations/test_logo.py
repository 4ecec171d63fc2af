"""The logo of an organization: only a drawing of what was uploaded is kept (attack 31), and shown beside the name."""

import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from PIL import Image
from pytest_django import Settings

from audit.models import Event
from organizations.actions import logos, remove_logo
from organizations.models import Organization
from tests.accounts import uploads
from tests.cast import Cast, Person
from tests.organizations.inviting import invite
from tests.reading import body, error_at, posts, words

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/settings/logo/"
BAD = uploads.bad_pictures()


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(person: Person, data: bytes | None = None, page: str = PAGE, name: str = "logo.png") -> HttpResponseBase:
    return person.client.post(page, {"picture": SimpleUploadedFile(name, data or uploads.encoded("PNG"))})


def logo_of(organization: Organization) -> UUID | None:
    return Organization.objects.get(pk=organization.pk).logo


def files(media: Path) -> list[str]:
    return sorted(path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file())


def test_it_is_drawn_as_webp_beside_the_pictures_of_people(cast: Cast, media: Path) -> None:
    assert upload(cast.adam).headers["Location"] == "/o/acme/settings/#logo"
    assert files(media) == [f"logos/{logo_of(cast.acme)}-{size}.webp" for size in (256, 64)]
    event = Event.objects.get(action="organization.logo_changed")
    assert (event.organization_id, event.actor_id) == (cast.acme.pk, cast.adam.user.pk)


def test_a_new_one_replaces_the_former_whose_files_go(
    cast: Cast, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    upload(cast.adam)
    former = logo_of(cast.acme)
    with django_capture_on_commit_callbacks(execute=True):
        upload(cast.adam)
    assert logo_of(cast.acme) != former
    assert len(files(media)) == 2
    assert Client().get(f"/organizations/logos/{former}/64/").status_code == 404


def test_it_can_be_removed(cast: Cast, media: Path, django_capture_on_commit_callbacks: Any) -> None:
    removal = f"{PAGE}removal/"
    assert removal not in posts(cast.olivia.client.get("/o/acme/settings/"))
    upload(cast.olivia)
    assert removal in posts(cast.olivia.client.get("/o/acme/settings/"))
    with django_capture_on_commit_callbacks(execute=True):
        assert "The logo is removed." in words(cast.olivia.client.post(removal, follow=True))
    assert (logo_of(cast.acme), files(media)) == (None, [])
    cast.olivia.client.post(removal)
    assert Event.objects.filter(action="organization.logo_removed").count() == 1


def test_its_files_stay_until_the_commit(cast: Cast, media: Path) -> None:
    upload(cast.olivia)
    with transaction.atomic():
        remove_logo(organization=cast.acme, by=cast.olivia.actor(cast.acme))
        transaction.set_rollback(True)
    assert len(files(media)) == 2


def test_a_change_that_fails_leaves_no_files(cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr(logos, "record", fail)
    with pytest.raises(RuntimeError):
        upload(cast.olivia)
    assert (logo_of(cast.acme), files(media)) == (None, [])


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_an_error_at_the_field_and_the_old_logo_stays(cast: Cast, media: Path, name: str) -> None:
    make, said = BAD[name]
    upload(cast.olivia)
    former, kept = logo_of(cast.acme), files(media)
    response = cast.olivia.client.post(PAGE, {"picture": SimpleUploadedFile("logo.png", make())})
    assert response.status_code == 200
    assert error_at(response, "picture").startswith(said)
    assert (logo_of(cast.acme), files(media)) == (former, kept)


@pytest.mark.parametrize("who", ["bella", "theo", "mia"])
def test_who_may_not_edit_the_settings_cannot_change_it(cast: Cast, media: Path, who: str) -> None:
    assert upload(getattr(cast, who)).status_code == 403
    assert upload(cast.rita).status_code == 404
    assert files(media) == []


class TestItsAddress:
    def address(self, cast: Cast) -> str:
        upload(cast.olivia)
        return f"/organizations/logos/{logo_of(cast.acme)}/64/"

    def test_is_for_the_invited_too_who_are_not_signed_in(self, cast: Cast) -> None:
        answer = Client().get(self.address(cast))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
        assert Image.open(io.BytesIO(answer.content)).size == (64, 64)

    def test_is_kept_for_long_and_taken_for_nothing_else(self, cast: Cast) -> None:
        answer = Client().get(self.address(cast))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert not answer.cookies

    def test_leads_to_no_picture_of_a_person(self, cast: Cast) -> None:
        cast.mia.client.post(
            "/profile/preferences/picture/", {"picture": SimpleUploadedFile("me.png", uploads.encoded("PNG"))}
        )
        cast.mia.user.refresh_from_db()
        assert Client().get(f"/organizations/logos/{cast.mia.user.picture}/64/").status_code == 404

    @pytest.mark.parametrize(
        "path", ["5b3e1feb-fbad-4da6-b81c-8ecc6efd3d26/64/", "{name}/65/", "{name}/0/", "..%2f..%2fetc/64/", "{name}/"]
    )
    def test_of_another_name_or_size_is_nowhere(self, cast: Cast, path: str) -> None:
        self.address(cast)
        assert Client().get("/organizations/logos/" + path.format(name=logo_of(cast.acme))).status_code == 404


def test_it_is_shown_wherever_the_name_is(cast: Cast) -> None:
    invitation = invite(cast, "new.comer@example.com", "member", by=cast.adam)
    upload(cast.olivia)
    cast.olivia.client.post("/o/acme/settings/joining/", {"discoverability": "public"})
    small, large = (f'src="/organizations/logos/{logo_of(cast.acme)}/{size}/"' for size in (64, 256))
    assert small in body(cast.mia.client.get("/getting-started/"))
    assert large in body(cast.mia.client.get("/o/acme/"))
    assert large in body(cast.olivia.client.get("/o/acme/settings/"))
    assert small in body(cast.mia.client.get("/profile/organizations/"))
    assert small in body(cast.sam.client.get("/profile/organizations/"))
    assert large in body(Client().get(f"/invitations/{invitation.token('mailed')}/"))
    assert small not in body(cast.rita.client.get("/o/rival/members/"))
