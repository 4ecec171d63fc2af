"""Where an address is: a GeoIP file of this test's own, and what happens without a good one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from pytest_django.fixtures import Settings

from accounts.checks import check_geoip_file
from accounts.sessions.places import place_of
from tests.accounts.signing import make_user, sign_in
from tests.reading import mails_to, words_at

pytestmark = pytest.mark.django_db

LYON = {
    "city": {"names": {"en": "Lyons", "fr": "Lyon"}},
    "country": {"iso_code": "CH", "names": {"en": "Switzerland", "fr": "Suisse"}},
}
TIMBUKTU = {"country": {"iso_code": "ML", "names": {"en": "Mali"}}}


@pytest.fixture
def geoip(tmp_path: Path, settings: Settings) -> Callable[..., None]:
    """Configures a GeoIP file with two places in it."""

    def configure(kind: str = "GeoLite2-City") -> None:
        writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=kind, languages=["en", "fr"])
        writer.insert_network(IPSet(["9.9.9.0/24"]), LYON)
        writer.insert_network(IPSet(["8.8.8.0/24", "2606:4700::/32"]), TIMBUKTU)
        # Private, and so never looked up.
        writer.insert_network(IPSet(["10.0.0.0/8"]), LYON)
        path = tmp_path / f"{kind}.mmdb"
        writer.to_db_file(str(path))
        settings.GEOIP_FILE = str(path)

    return configure


def complaints() -> list[str]:
    return [message.msg for message in check_geoip_file(None)]


def test_without_a_file_nothing_is_known() -> None:
    assert place_of("9.9.9.9") == ""
    assert complaints() == []


def test_city_and_country_in_the_readers_language(geoip: Callable[..., None]) -> None:
    geoip()
    assert place_of("9.9.9.9") == "Lyons, Switzerland"
    with translation.override("fr"):
        assert place_of("9.9.9.9") == "Lyon, Suisse"
        # Where the file lacks a language, English.
        assert place_of("2606:4700::1") == "Mali"
    assert complaints() == []


@pytest.mark.parametrize("address", ["", None, "10.1.2.3", "127.0.0.1", "::1", "fe80::1", "1.1.1.1"])
def test_nothing_is_said_of_private_and_unknown_addresses(geoip: Callable[..., None], address: str | None) -> None:
    geoip()
    assert place_of(address) == ""


def test_a_missing_file_is_said_at_the_start_and_hurts_nobody(tmp_path: Path, settings: Settings) -> None:
    settings.GEOIP_FILE = str(tmp_path / "missing.mmdb")
    assert place_of("9.9.9.9") == ""
    assert len(complaints()) == 1


def test_a_broken_file_likewise(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "broken.mmdb"
    path.write_bytes(b"not a database")
    settings.GEOIP_FILE = str(path)
    assert place_of("9.9.9.9") == ""
    assert len(complaints()) == 1


def test_a_file_without_cities_likewise(geoip: Callable[..., None]) -> None:
    geoip("GeoLite2-ASN")
    assert place_of("9.9.9.9") == ""
    [complaint] = complaints()
    assert "GeoLite2-ASN" in complaint


def test_the_place_stands_in_the_list_and_in_the_mail(geoip: Callable[..., None]) -> None:
    geoip()
    make_user("nina@example.com")
    elsewhere, client = Client(REMOTE_ADDR="9.9.9.9"), Client(REMOTE_ADDR="9.9.9.9")
    sign_in(elsewhere, "nina@example.com")
    sign_in(client, "nina@example.com")
    page = client.get("/profile/security/sessions/")
    assert "Lyons, Switzerland · 9.9.9.9" in words_at(page, "id", "open-sessions")
    [mail] = mails_to("nina@example.com", "new-device")
    assert "near Lyons, Switzerland." in mail.text
