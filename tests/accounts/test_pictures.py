"""The picture beside a name: only a drawing of what was uploaded is kept (text 002, section 1.1; attack 31)."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from PIL import Image
from pytest_django import Settings

from accounts import pictures
from accounts.actions import change_picture
from accounts.actions import pictures as actions
from accounts.models import User
from audit.models import Event
from tests.accounts import uploads
from tests.cast import Cast, Person
from tests.reading import body, error_at, posts, words

pytestmark = pytest.mark.django_db

PAGE = "/profile/preferences/picture/"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(person: Person, data: bytes, name: str = "me.png") -> HttpResponseBase:
    return person.client.post(PAGE, {"picture": SimpleUploadedFile(name, data)})


def picture_of(person: Person) -> UUID | None:
    return User.objects.get(pk=person.user.pk).picture


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def drawn(person: Person, size: int = 256) -> Image.Image:
    name = picture_of(person)
    assert name is not None
    with pictures.open_picture(name, size) as file:
        return Image.open(io.BytesIO(file.read()))


def colour(person: Person, at: tuple[int, int]) -> str:
    """Which of two colours a point of the picture has."""
    pixel = drawn(person).convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return "blue" if pixel[2] > pixel[0] else "red"


class TestAPicture:
    def test_is_drawn_square_as_webp_in_two_sizes(self, cast: Cast, media: Path) -> None:
        assert upload(cast.sam, uploads.encoded("PNG", size=(640, 400))).status_code == 302
        for size in (256, 64):
            picture = drawn(cast.sam, size)
            assert (picture.format, picture.size) == ("WEBP", (size, size))
        assert files(media) == sorted(f"{picture_of(cast.sam)}-{size}.webp" for size in (256, 64))

    def test_is_its_middle(self, cast: Cast) -> None:
        wide = Image.new("RGB", (900, 300), "red")
        wide.paste("blue", (300, 0, 600, 300))
        upload(cast.sam, uploads.encoded("PNG", wide))
        assert {colour(cast.sam, at) for at in ((3, 3), (128, 128), (252, 252))} == {"blue"}

    def test_stands_upright_however_the_camera_was_held(self, cast: Cast) -> None:
        camera = Image.new("RGB", (300, 300), "red")
        camera.paste("blue", (0, 0, 300, 150))
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by 90 degrees: the upper edge is at the right
        upload(cast.sam, uploads.encoded("JPEG", camera, exif=exif))
        assert (colour(cast.sam, (200, 128)), colour(cast.sam, (50, 128))) == ("blue", "red")

    @pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
    def test_keeps_nothing_of_what_the_camera_wrote(self, cast: Cast, media: Path, format_: str) -> None:
        exif = Image.Exif()
        exif[0x010F] = "SecretCamera"
        upload(cast.sam, uploads.encoded(format_, exif=exif, icc_profile=b"SecretProfile", xmp=b"<SecretXmp/>"))
        assert picture_of(cast.sam)
        for path in media.rglob("*.webp"):
            data = path.read_bytes()
            assert b"Secret" not in data
            assert not {"exif", "icc_profile", "xmp"} & set(Image.open(io.BytesIO(data)).info)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
    def test_may_have_any_colours(self, cast: Cast, mode: str) -> None:
        upload(cast.sam, uploads.encoded("PNG", Image.new(mode, (90, 60))))
        assert drawn(cast.sam).size == (256, 256)

    def test_may_be_printed_in_four_colours_and_as_small_as_a_dot(self, cast: Cast) -> None:
        upload(cast.sam, uploads.encoded("JPEG", Image.new("CMYK", (90, 60))))
        upload(cast.sam, uploads.encoded("GIF", Image.new("P", (1, 1))))
        assert drawn(cast.sam).size == (256, 256)

    def test_that_is_partly_transparent_stays_so(self, cast: Cast) -> None:
        upload(cast.sam, uploads.encoded("PNG", Image.new("RGBA", (90, 60), (255, 0, 0, 0))))
        assert drawn(cast.sam).mode == "RGBA"

    def test_replaces_the_former_whose_files_go(
        self, cast: Cast, media: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        upload(cast.sam, uploads.encoded("PNG"))
        former = picture_of(cast.sam)
        with django_capture_on_commit_callbacks(execute=True):
            upload(cast.sam, uploads.encoded("JPEG"))
        assert picture_of(cast.sam) != former
        assert len(files(media)) == 2
        assert Event.objects.filter(action="account.picture_changed", subject_id=cast.sam.user.pk).count() == 2

    def test_can_be_removed(self, cast: Cast, media: Path, django_capture_on_commit_callbacks: Any) -> None:
        assert f"{PAGE}removal/" not in posts(cast.sam.client.get("/profile/preferences/"))
        upload(cast.sam, uploads.encoded("PNG"))
        assert f"{PAGE}removal/" in posts(cast.sam.client.get("/profile/preferences/"))
        with django_capture_on_commit_callbacks(execute=True):
            response = cast.sam.client.post(f"{PAGE}removal/", follow=True)
        assert "Your picture is removed." in words(response)
        assert picture_of(cast.sam) is None
        assert files(media) == []
        cast.sam.client.post(f"{PAGE}removal/")
        assert Event.objects.filter(action="account.picture_removed").count() == 1


BAD = uploads.bad_pictures()


class TestWhatIsNoPicture:
    @pytest.mark.parametrize("name", BAD)
    def test_is_an_error_at_the_field_and_the_old_picture_stays(self, cast: Cast, media: Path, name: str) -> None:
        make, said = BAD[name]
        upload(cast.sam, uploads.encoded("PNG"))
        former, kept = picture_of(cast.sam), files(media)
        response = upload(cast.sam, make())
        assert response.status_code == 200
        assert error_at(response, "picture").startswith(said)
        assert picture_of(cast.sam) == former
        assert files(media) == kept

    def test_or_nothing_at_all_is_asked_for(self, cast: Cast) -> None:
        assert error_at(cast.sam.client.post(PAGE, {}), "picture") == "Choose a file first."
        assert error_at(cast.sam.client.post(PAGE, {"picture": "me.png"}), "picture") == "Choose a file first."

    def test_is_known_by_its_bytes_whatever_it_is_called(self, cast: Cast) -> None:
        upload(cast.sam, uploads.encoded("PNG"), name="../../<script>.svg")
        assert picture_of(cast.sam)
        assert error_at(upload(cast.sam, uploads.SVG, name="me.png"), "picture").startswith("Choose a PNG")


MEMORY = """
import os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from accounts.pictures import draw
from tests.accounts import uploads
bad = uploads.bad_pictures()
draw(ContentFile(uploads.encoded("PNG")))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = open(sys.argv[1], "rb").read()
try:
    draw(ContentFile(data))
except ValidationError as refusal:
    print("refused", end=" ")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("make", "megabytes"),
    [
        # Refused from what its head says: little more than the file itself.
        (uploads.hundred_megapixels, 40),
        (uploads.bomb, 40),
        (uploads.huge_webp, 40),
        # The largest that is drawn at all.
        (uploads.largest_png, 420),
    ],
)
def test_memory_is_bounded(make: object, megabytes: int, tmp_path: Path) -> None:
    """In a process of its own, whose peak says how much drawing took at most."""
    assert callable(make)
    path = tmp_path / "picture"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) <= megabytes


class TestFiles:
    def test_of_a_change_that_fails_are_left_nowhere(
        self, cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("the database went away")

        monkeypatch.setattr(actions, "record", fail)
        with pytest.raises(RuntimeError):
            change_picture(user=cast.sam.user, picture=ContentFile(uploads.encoded("PNG")), by=cast.sam.actor())
        assert files(media) == []
        assert picture_of(cast.sam) is None

    def test_of_which_one_cannot_be_written_are_left_nowhere(
        self, cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        save = default_storage.save

        def full(name: str, content: ContentFile[bytes]) -> str:
            if name.endswith("-64.webp"):
                raise OSError("No space left on device")
            return save(name, content)

        monkeypatch.setattr(default_storage, "save", full)
        with pytest.raises(OSError, match="No space"):
            change_picture(user=cast.sam.user, picture=ContentFile(uploads.encoded("PNG")), by=cast.sam.actor())
        assert files(media) == []

    def test_of_the_former_picture_stay_until_the_commit(self, cast: Cast, media: Path) -> None:
        upload(cast.sam, uploads.encoded("PNG"))
        former = files(media)
        with transaction.atomic():
            actions.remove_picture(user=cast.sam.user, by=cast.sam.actor())
            transaction.set_rollback(True)
        assert files(media) == former


class TestTheFilesAddress:
    def address(self, cast: Cast, size: int = 64) -> str:
        upload(cast.sam, uploads.encoded("PNG"))
        return f"/profile/pictures/{picture_of(cast.sam)}/{size}/"

    def test_is_for_who_is_signed_in(self, cast: Cast) -> None:
        address = self.address(cast)
        answer = cast.rita.client.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
        assert answer.content.startswith(b"RIFF")
        assert Client().get(address).status_code == 302

    def test_is_kept_by_the_browser_alone_and_taken_for_nothing_else(self, cast: Cast) -> None:
        answer = cast.sam.client.get(self.address(cast))
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.parametrize(
        "path", ["5b3e1feb-fbad-4da6-b81c-8ecc6efd3d26/64/", "{name}/65/", "{name}/0/", "..%2f..%2fetc/64/", "{name}/"]
    )
    def test_of_another_name_or_size_is_nowhere(self, cast: Cast, path: str) -> None:
        self.address(cast)
        found = cast.sam.client.get("/profile/pictures/" + path.format(name=picture_of(cast.sam)))
        assert found.status_code == 404


def test_it_is_shown_wherever_the_name_is(cast: Cast) -> None:
    upload(cast.mia, uploads.encoded("PNG"))
    small = f'src="/profile/pictures/{picture_of(cast.mia)}/64/"'
    assert small in body(cast.mia.client.get("/getting-started/"))
    assert small in body(cast.olivia.client.get("/o/acme/members/"))
    assert small not in body(cast.sam.client.get("/getting-started/"))
    assert f"{picture_of(cast.mia)}/256/" in body(cast.mia.client.get("/profile/preferences/"))
