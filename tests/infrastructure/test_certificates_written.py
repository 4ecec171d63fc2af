"""What the operator's servers get: one file for each domain, with the key, and nobody else's to read."""

import stat
import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from console.startup import refuse_wrong_start
from infrastructure.actions.certificates import add_certificate, set_uses
from infrastructure.material import read_pem
from infrastructure.models import Certificate
from organizations.models import Domain, Organization
from organizations.models.organization import Status
from tests.cast import Cast
from tests.infrastructure.authorities import Signer, ec_key, pem_of, text_of
from tests.infrastructure.making import make_domain

pytestmark = pytest.mark.django_db


def use(cast: Cast, known: Signer, *names: str) -> Certificate:
    """A certificate of Acme, and proven domains that use it."""
    pem = text_of(known.give(*names)).encode()
    material = read_pem(pem, text_of(known.certificate).encode(), pem_of(ec_key("leaf")).encode(), "")
    by = cast.theo.actor(cast.acme)
    certificate = add_certificate(organization=cast.acme, name="", material=material, by=by)
    domains = [make_domain(cast.acme, name).pk for name in names]
    return set_uses(certificate=certificate, domains=domains, by=by)


def write(directory: Path) -> str:
    """What the command says."""
    said = StringIO()
    call_command("write_certificates", str(directory), stdout=said)
    return said.getvalue().strip()


def test_each_domain_gets_a_file_that_openssl_takes(cast: Cast, known: Signer, tmp_path: Path) -> None:
    use(cast, known, "example.com", "www.example.com")
    directory = tmp_path / "new" / "certificates"
    assert write(directory) == "2 written, 0 unchanged, 0 removed."
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for name in ("example.com", "www.example.com"):
        path = directory / f"{name}.pem"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        asked = (["pkey", "-in", str(path), "-pubout"], ["x509", "-in", str(path), "-noout", "-pubkey"])
        keys = [subprocess.run(["openssl", *each], capture_output=True, text=True, check=True).stdout for each in asked]
        assert keys[0] == keys[1] != ""
    assert write(directory) == "0 written, 2 unchanged, 0 removed."
    assert sorted(path.name for path in directory.iterdir()) == ["example.com.pem", "www.example.com.pem"]


def test_what_is_somebody_elses_stays_and_what_is_wrong_is_mended(cast: Cast, known: Signer, tmp_path: Path) -> None:
    use(cast, known, "example.com")
    theirs, target = tmp_path / "theirs.pem", tmp_path / "target"
    theirs.write_text("not ours")
    target.write_text("not to be touched")
    (tmp_path / "example.com.pem").symlink_to(target)
    assert write(tmp_path) == "1 written, 0 unchanged, 0 removed."
    assert (theirs.read_text(), target.read_text()) == ("not ours", "not to be touched")
    (tmp_path / "example.com.pem").chmod(0o644)
    assert write(tmp_path) == "1 written, 0 unchanged, 0 removed."
    Certificate.objects.all().delete()
    assert write(tmp_path) == "0 written, 0 unchanged, 1 removed."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["target", "theirs.pem"]


def close(certificate: Certificate) -> None:
    found = Organization.objects.filter(pk=certificate.organization_id)
    found.update(status=Status.CLOSED, closed_at=timezone.now())


def end(certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(not_after=timezone.now() - timedelta(seconds=1))


def lose(certificate: Certificate) -> None:
    Domain.objects.filter(organization=certificate.organization).update(verified_at=None)


@pytest.mark.parametrize("change", [close, end, lose])
def test_what_is_not_in_force_is_taken_away(
    cast: Cast, known: Signer, tmp_path: Path, change: Callable[[Certificate], None]
) -> None:
    certificate = use(cast, known, "example.com")
    write(tmp_path)
    change(certificate)
    assert write(tmp_path) == "0 written, 0 unchanged, 1 removed."


def test_no_process_starts_with_authorities_that_cannot_be_read(settings: Settings, tmp_path: Path) -> None:
    for content in (None, "none"):
        settings.CERTIFICATE_AUTHORITIES = str(tmp_path / f"{content}.pem")
        if content:
            Path(settings.CERTIFICATE_AUTHORITIES).write_text(content)
        with pytest.raises(ImproperlyConfigured, match="no file of certificates in PEM"):
            refuse_wrong_start()


def test_keys_are_sealed_with_rotating_keys(cast: Cast, known: Signer, tmp_path: Path, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["the first key of this console"]
    certificate = use(cast, known, "example.com")
    assert "PRIVATE KEY" not in certificate.sealed_key
    write(tmp_path)
    settings.ENCRYPTION_KEYS = ["the second key of this console", "the first key of this console"]
    call_command("reseal", stdout=StringIO())
    settings.ENCRYPTION_KEYS = ["the second key of this console"]
    assert write(tmp_path) == "0 written, 1 unchanged, 0 removed."
    settings.ENCRYPTION_KEYS = ["another key"]
    # The file that is there goes on, and the operator is told.
    with pytest.raises(CommandError, match=r"opens the keys for: example\.com"):
        write(tmp_path)
    assert (tmp_path / "example.com.pem").exists()
