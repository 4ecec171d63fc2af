"""Programs add, renew and remove certificates, and say which domains use them; no answer holds a key."""

import pytest

from infrastructure.models import Certificate, CertificateUse
from tests.api.keying import program_of
from tests.cast import Cast
from tests.infrastructure.authorities import Signer, ec_key, pem_of, text_of
from tests.infrastructure.making import make_certificate, make_domain

pytestmark = pytest.mark.django_db


def pem_for(known: Signer, *names: str, **changes: str) -> dict[str, str]:
    """What a program sends."""
    key = pem_of(ec_key("leaf"))
    return {"certificate": text_of(known.give(*names)), "chain": text_of(known.certificate), "key": key, **changes}


def test_a_certificate_lives_in_the_api(cast: Cast, known: Signer) -> None:
    program, domain = program_of(cast.theo, cast.acme), make_domain(cast.acme, "example.com")
    made = program.post("/certificates", pem_for(known, "example.com", name="Shop"))
    certificate = Certificate.objects.get()
    path = f"/certificates/{certificate.pk}"
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1{path}")
    shown = made.json()
    assert shown == program.get(path).json() == program.get("/certificates").json()["items"][0]
    assert {name: shown[name] for name in ("name", "names", "issuer", "key_kind", "used_by", "created_by")} == {
        "name": "Shop",
        "names": ["example.com"],
        "issuer": "Test Authority",
        "key_kind": "EC P-256",
        "used_by": [],
        "created_by": "Theo Tech",
    }
    file = program.get(f"{path}/chain")
    assert file.headers["Content-Type"] == "application/pem-certificate-chain"
    assert file.content.decode() == certificate.chain
    used = program.post(f"{path}/uses", {"domains": [str(domain.pk)]})
    assert (used.status_code, used.json()["used_by"]) == (200, [{"id": str(domain.pk), "name": "example.com"}])
    narrow = program.post(f"{path}/renewal", pem_for(known, "other.com"))
    assert (narrow.status_code, narrow.json()["code"]) == (409, "uncovered")
    renewed = program.post(f"{path}/renewal", pem_for(known, "*.example.com", "example.com"))
    assert (renewed.status_code, renewed.json()["names"]) == (200, ["*.example.com", "example.com"])
    assert program.send("DELETE", path).status_code == 204
    assert not CertificateUse.objects.exists()
    assert program.get(path).status_code == 404


def test_what_is_wrong_names_its_field(cast: Cast, known: Signer) -> None:
    program, waiting = program_of(cast.theo, cast.acme), make_domain(cast.acme, "example.com", verified_at=None)
    other = pem_of(ec_key("other"))
    wrong = program.post("/certificates", pem_for(known, "example.com", key=other))
    assert wrong.status_code == 422
    [error] = wrong.json()["errors"]
    assert (error["field"], error["code"]) == ("key", "key-mismatch")
    long = program.post("/certificates", pem_for(known, "example.com", chain="x" * 65_537))
    assert [error["field"] for error in long.json()["errors"]] == ["chain"]
    path = f"/certificates/{make_certificate(cast.acme, names=['example.com']).pk}"
    refused = program.post(f"{path}/uses", {"domains": [str(waiting.pk)]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "domains")
    foreign = f"/certificates/{make_certificate(cast.rival).pk}"
    for method, below in [("GET", ""), ("GET", "/chain"), ("DELETE", "")]:
        assert program.send(method, f"{foreign}{below}").status_code == 404
    assert program.post(f"{foreign}/uses", {"domains": []}).status_code == 404
    assert program.post("/certificates", {}).status_code == 422
    assert not Certificate.objects.filter(issuer="Test Authority").exists()
