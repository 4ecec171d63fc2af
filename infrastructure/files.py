"""Files of certificates: for visitors the public part, for whoever ends TLS the key besides."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.views.decorators.debug import sensitive_variables

from console.sealing import Unreadable
from infrastructure.models import Certificate, CertificateUse

# The media type of a certificate with its chain (RFC 8555, section 9.1).
PEM_TYPE: Final = "application/pem-certificate-chain"
# The first line of each file that we write: what does not begin with it is somebody else's, and stays.
# Whoever reads PEM passes over what stands before the first block (RFC 7468, section 2).
MARK: Final = "Written by manage.py write_certificates: it is replaced, and removed once no domain uses it.\n"
ENDING: Final = ".pem"
# Readable by whoever runs the command, and by nobody else.
MODE: Final = 0o600


@dataclass
class Written:
    """What became of the files, by the names of domains."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    # Sealed with a key that this process does not have; the file that was there stays.
    unreadable: list[str] = field(default_factory=list)


def headers_of(certificate: Certificate) -> dict[str, str]:
    """What goes with the public part of a certificate: it is saved, and taken for nothing else."""
    return {
        "Content-Disposition": f'attachment; filename="{certificate.fingerprint[:16]}{ENDING}"',
        "X-Content-Type-Options": "nosniff",
    }


def write_all(directory: Path) -> Written:
    """Write a file for each domain that uses a certificate: the certificate, its chain, its key.

    ``<domain>.pem``: one file, so that no reader ever sees the key of one certificate and the chain of another. Only of
    organizations that are open, for domains that are proven, and while the dates hold. Files of ours that nobody uses
    any more are removed. Raises OSError.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    result, kept = Written(), set[str]()
    for use in CertificateUse.objects.in_force().select_related("certificate", "domain").order_by("domain__name"):
        name = use.domain.name
        kept.add(f"{name}{ENDING}")
        _write(directory / f"{name}{ENDING}", use.certificate, name, result)
    for path in sorted(directory.glob(f"*{ENDING}")):
        if path.name not in kept and _is_ours(path):
            path.unlink()
            result.removed.append(path.name.removesuffix(ENDING))
    return result


@sensitive_variables("text")
def _write(path: Path, certificate: Certificate, name: str, result: Written) -> None:
    try:
        text = f"{MARK}{certificate.chain}{certificate.key}"
    except Unreadable:
        result.unreadable.append(name)
        return
    if _is_same(path, text):
        result.unchanged.append(name)
        return
    _replace(path, text)
    result.written.append(name)


@sensitive_variables("text")
def _is_same(path: Path, text: str) -> bool:
    """Whether the file is there, nobody else's to read, and says this already."""
    if path.is_symlink() or not path.is_file():
        return False
    return path.stat().st_mode & 0o777 == MODE and path.read_text(errors="replace") == text


@sensitive_variables("text")
def _replace(path: Path, text: str) -> None:
    """Write a file beside it and put that in its place: whoever reads sees the former one or the new one, whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open(errors="replace") as file:
        return file.readline() == MARK
