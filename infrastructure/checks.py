"""What must hold before infrastructure serves."""

from pathlib import Path

from cryptography import x509
from django.conf import settings


def wrong_authorities() -> str:
    """What is wrong with the file of further authorities (``CERTIFICATE_AUTHORITIES``); empty where nothing is."""
    path = settings.CERTIFICATE_AUTHORITIES
    if not path:
        return ""
    try:
        x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError):
        return f"CERTIFICATE_AUTHORITIES names {path!r}, which is no file of certificates in PEM that can be read."
    return ""
