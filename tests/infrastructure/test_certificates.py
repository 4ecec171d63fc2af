"""The pages of certificates: added as text or as a file, used by domains, renewed, removed."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.proof import PROVEN_AT
from audit.models import Event
from infrastructure.models import Certificate, CertificateUse
from organizations.actions import create_role, suspend_organization
from organizations.actions.domains import check_domain, checking, remove_domain
from organizations.actors import Actor
from organizations.dns import Finding
from organizations.models import Membership
from organizations.models.domain import Problem
from organizations.suspension import Reason
from tests.cast import Cast
from tests.infrastructure.authorities import Signer, bundle_of, ec_key, pem_of, root, text_of
from tests.infrastructure.making import make_certificate, make_domain
from tests.reading import body, error_at, main_words, words_at

PAGE = "/o/acme/settings/certificates/"
KEY = pem_of(ec_key("leaf"))
# What of the key would be seen if it were shown anywhere.
SECRET = KEY.splitlines()[1]


def typed(known: Signer, *names: str, **changes: str) -> dict[str, Any]:
    """What somebody pastes."""
    leaf = known.give(*(names or ("example.com", "*.example.com")))
    return {"name": "", "certificate": text_of(leaf), "chain": text_of(known.certificate), "key": KEY, **changes}


def add(client: Client, form: dict[str, Any]) -> Certificate:
    """The certificate that is added on the page."""
    response = client.post(f"{PAGE}new/", form)
    assert response.status_code == 302, main_words(response)
    return Certificate.objects.latest("created_at")


def page_of(certificate: Certificate, below: str = "") -> str:
    return f"{PAGE}{certificate.pk}/{below}"


def test_a_certificate_is_pasted_seen_and_downloaded(cast: Cast, known: Signer, tmp_path: Path) -> None:
    client = cast.theo.client
    assert "No certificates yet" in main_words(client.get(PAGE))
    certificate = add(client, typed(known))
    assert (certificate.name, certificate.created_by) == ("example.com", cast.theo.user)
    row = main_words(client.get(PAGE))
    assert "example.com example.com, *.example.com Nothing" in row
    assert "88 days left" in row
    shown = client.get(page_of(certificate))
    said = main_words(shown)
    assert "Test Authority" in said
    assert "EC P-256, encrypted, never shown" in said
    assert "None of your proven domains is one of its names." in said
    assert f'value="{certificate.fingerprint}"' in body(shown)
    # What anybody may see, and it verifies.
    file = cast.adam.client.get(page_of(certificate, "chain/"))
    assert file.headers["Content-Type"] == "application/pem-certificate-chain"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Disposition"] == f'attachment; filename="{certificate.fingerprint[:16]}.pem"'
    chain, anchor = tmp_path / "chain.pem", tmp_path / "root.pem"
    chain.write_bytes(file.content)
    anchor.write_text(text_of(root().certificate))
    command = ["openssl", "verify", "-CAfile", str(anchor), "-untrusted", str(chain), str(chain)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.endswith(": OK\n")
    event = Event.objects.get(action="certificate.added")
    assert event.after["names"] == ["example.com", "*.example.com"]


def test_what_is_wrong_is_said_at_the_field_and_the_key_never_comes_back(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    form = typed(known, key=pem_of(ec_key("other")), password="s3cret-password")
    refused = client.post(f"{PAGE}new/", form)
    assert "This key does not belong to the certificate of “example.com”." in error_at(refused, "key")
    source = body(refused)
    # The certificate need not be pasted again.
    assert form["certificate"].splitlines()[1] in source
    assert form["key"].splitlines()[1] not in source
    assert "s3cret-password" not in source
    # Nor does it come back where it was pasted into the wrong field, for there it is on the way to be shown.
    swapped = client.post(f"{PAGE}new/", {**form, "certificate": KEY, "chain": KEY, "key": form["certificate"]})
    assert "There is a private key here." in error_at(swapped, "certificate")
    assert SECRET not in body(swapped)
    nothing = client.post(f"{PAGE}new/", {})
    assert "Paste the certificate, or choose its file." in error_at(nothing, "certificate")
    twice = typed(known)
    add(client, twice)
    again = client.post(f"{PAGE}new/", twice)
    assert "This very certificate is here already, as “example.com”." in main_words(again)
    assert SECRET not in body(again)
    assert Certificate.objects.count() == 1


def test_files_are_taken_in_place_of_text(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    form = typed(known)
    parts = ("certificate", "chain", "key")
    files = {f"{part}_file": SimpleUploadedFile(f"{part}.pem", form[part].encode()) for part in parts}
    # What was pasted before, and was wrong, counts no more.
    assert add(client, {"name": "Shop", "certificate": "wrong", **files}).name == "Shop"
    large = SimpleUploadedFile("chain.pem", b"-" * 10_000_000)
    refused = client.post(f"{PAGE}new/", {**typed(known), "chain_file": large})
    assert "This file is too long: 64 KB are the most." in error_at(refused, "chain_file")
    pasted = client.post(f"{PAGE}new/", {**typed(known), "chain": "x" * 1_000_000})
    assert "This is too long for a certificate, a chain or a key" in error_at(pasted, "chain")
    # More than any form may hold.
    assert client.post(f"{PAGE}new/", {**typed(known), "chain": "x" * 10_000_000}).status_code == 400


def test_a_file_with_everything_is_taken_with_its_password(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    leaf = known.give("shop.example.com")
    data = bundle_of(leaf, ec_key("leaf"), known.certificate, password="s3cret")
    new = f"{PAGE}new/?kind=pkcs12"

    def send(content: bytes, password: str) -> HttpResponseBase:
        return client.post(new, {"bundle": SimpleUploadedFile("shop.p12", content), "password": password})

    refused = send(data, "s4cret")
    assert "This password does not open it." in error_at(refused, "password")
    assert "s4cret" not in body(refused)
    assert send(data, "s3cret").status_code == 302
    assert Certificate.objects.get().names == ["shop.example.com"]


def test_domains_use_it_one_certificate_each(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    covered, apart = make_domain(cast.acme, "example.com"), make_domain(cast.acme, "shop.example.com")
    deep, foreign = make_domain(cast.acme, "a.b.example.com"), make_domain(cast.rival, "rival.example.com")
    waiting = make_domain(cast.acme, "later.example.com", verified_at=None)
    first, second = add(client, typed(known)), add(client, typed(known, "shop.example.com", name="Shop"))
    offered = words_at(client.get(page_of(first)), "id", "uses")
    assert "example.com" in offered
    assert "shop.example.com" in offered
    for domain in (deep, foreign, waiting):
        assert domain.name not in offered
        refused = client.post(page_of(first, "uses/"), {"domains": [str(domain.pk)]})
        assert "not proven any more, or not covered" in error_at(refused, "domains")
    client.post(page_of(first, "uses/"), {"domains": [str(covered.pk), str(apart.pk)]})
    assert "shop.example.com (uses example.com now, and moves here)" in main_words(client.get(page_of(second)))
    client.post(page_of(second, "uses/"), {"domains": [str(apart.pk)]})
    uses = CertificateUse.objects.order_by("domain__name").values_list("domain__name", "certificate__name")
    assert list(uses) == [("example.com", "example.com"), ("shop.example.com", "Shop")]
    client.post(page_of(first, "uses/"), {})
    assert CertificateUse.objects.count() == 1
    told = [
        (event.action, (event.after or event.before)["domain"], event.detail.target)
        for event in Event.objects.filter(action__in=["certificate.used", "certificate.unused"]).order_by("id")
        if event.outcome == Event.Outcome.DONE
    ]
    assert told == [
        ("certificate.used", "example.com", "example.com"),
        ("certificate.used", "shop.example.com", "example.com"),
        ("certificate.unused", "shop.example.com", "example.com"),
        ("certificate.used", "shop.example.com", "Shop"),
        ("certificate.unused", "example.com", "example.com"),
    ]


def test_a_renewal_takes_its_place_and_must_cover_what_uses_it(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    for name in ("example.com", "www.example.com"):
        make_domain(cast.acme, name)
    certificate = add(client, typed(known, "example.com", "www.example.com"))
    domains = [str(domain.pk) for domain in cast.acme.domains.all()]
    client.post(page_of(certificate, "uses/"), {"domains": domains})
    renewal = page_of(certificate, "renewal/")
    narrow = client.post(renewal, typed(known, "example.com"))
    assert "The new certificate does not cover www.example.com." in main_words(narrow)
    form = typed(known, "*.example.com", "example.com")
    assert client.post(renewal, form).headers["Location"] == page_of(certificate)
    renewed = Certificate.objects.get()
    assert (renewed.pk, renewed.name) == (certificate.pk, "example.com")
    assert (renewed.names, renewed.uses.count()) == (["*.example.com", "example.com"], 2)
    assert renewed.fingerprint != certificate.fingerprint
    event = Event.objects.get(action="certificate.renewed", outcome="done")
    assert (event.before["fingerprint"], event.after["fingerprint"]) == (certificate.fingerprint, renewed.fingerprint)


def test_what_is_removed_is_asked_about_and_says_what_is_left_without(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    certificate, domain = make_certificate(cast.acme, names=["example.com"]), make_domain(cast.acme, "example.com")
    CertificateUse.objects.create(certificate=certificate, domain=domain)
    removal = page_of(certificate, "removal/")
    left = "One domain is left without a certificate: example.com. It is forgotten here"
    assert left in main_words(client.get(removal))
    assert Certificate.objects.exists()
    client.post(removal)
    assert not Certificate.objects.exists()
    assert client.get(page_of(certificate)).status_code == 404
    # The second of two who press the button.
    assert client.post(removal).status_code == 404


@pytest.mark.parametrize("how", ["lost", "removed"])
def test_a_domain_that_goes_uses_nothing_any_more(cast: Cast, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, domain = make_certificate(cast.acme, names=["example.com"]), make_domain(cast.acme, "example.com")
    CertificateUse.objects.create(certificate=certificate, domain=domain)
    if how == "lost":
        # The record was missing for three days, and is still.
        domain.lapses_at = domain.missing_since = timezone.now() - timedelta(minutes=1)
        domain.save()
        monkeypatch.setattr(checking, "look_up", lambda name, value: Finding(problem=Problem.NO_RECORD))
        check_domain(domain.pk)
    else:
        remove_domain(domain=domain, by=Actor.system())
    assert not CertificateUse.objects.exists()
    event = Event.objects.get(action="certificate.unused")
    assert (event.before, event.organization_id) == ({"domain": "example.com"}, cast.acme.pk)
    # The end of an organization says nothing of each.
    kept = make_domain(cast.rival, "rival.com")
    CertificateUse.objects.create(certificate=make_certificate(cast.rival), domain=kept)
    cast.rival.delete()
    assert Event.objects.filter(action="certificate.unused").count() == 1


def test_the_list_finds_sorts_and_filters(cast: Cast) -> None:
    now = timezone.now()
    kept = {"Zoo": (["zoo.org"], 100), "Shop": (["shop.com", "a.com", "b.com"], 10), "Old": (["old.com"], -2)}
    for name, (names, days) in kept.items():
        dates = {"not_before": now - timedelta(days=30), "not_after": now + timedelta(days=days, hours=1)}
        make_certificate(cast.acme, name=name, names=names, **dates)
    make_certificate(cast.rival, name="Foreign")
    client = cast.theo.client

    def found(query: str) -> list[str]:
        said = words_at(client.get(f"{PAGE}{query}"), "id", "certificates")
        return sorted((name for name in ("Zoo", "Shop", "Old", "Foreign") if name in said), key=said.index)

    assert found("") == ["Old", "Shop", "Zoo"]
    assert found("?sort=-name") == ["Zoo", "Shop", "Old"]
    assert found("?q=b.com") == ["Shop"]
    assert found("?q=OLD") == ["Old"]
    assert [found(f"?state={state}") for state in ("valid", "ending", "ended", "made-up")] == [
        ["Zoo"],
        ["Shop"],
        ["Old"],
        ["Old", "Shop", "Zoo"],
    ]
    assert "No certificate matches." in main_words(client.get(f"{PAGE}?q=%00nothing"))
    assert "shop.com, a.com and 1 more" in main_words(client.get(PAGE))
    assert "10 days left" in main_words(client.get(PAGE))


def test_who_may_not_does_not_and_what_is_anothers_is_not_there(cast: Cast, known: Signer) -> None:
    certificate, foreign = make_certificate(cast.acme), make_certificate(cast.rival)
    assert cast.mia.client.get(PAGE).status_code == 403
    looks = create_role(
        organization=cast.acme, name="Looks", permissions={"view_infrastructure"}, by=cast.olivia.actor(cast.acme)
    )
    Membership.objects.filter(pk=cast.mia.membership(cast.acme).pk).update(role="custom", custom_role=looks)
    seen = main_words(cast.mia.client.get(page_of(certificate)))
    assert "Remove" not in seen
    assert "Renew" not in seen
    for below in ("renewal/", "removal/"):
        assert cast.mia.client.get(page_of(certificate, below)).status_code == 403
    assert cast.mia.client.post(f"{PAGE}new/", typed(known)).status_code == 403
    for below in ("", "chain/", "renewal/", "removal/"):
        assert cast.theo.client.get(page_of(foreign, below)).status_code == 404
    suspend_organization(organization=cast.acme, reason=Reason.PAST_DUE, by=Actor.system())
    client = cast.theo.client
    assert client.post(f"{PAGE}new/", typed(known)).status_code == 403
    # What is there is looked after.
    renewed = client.post(page_of(certificate, "renewal/"), typed(known))
    assert renewed.status_code == 302
    assert Certificate.objects.filter(organization=cast.acme).get().subject == "example.com"


def test_an_old_proof_is_asked_for_before_the_key_is_handed_in(cast: Cast, known: Signer) -> None:
    client = cast.theo.client
    session = client.session
    session.pop(PROVEN_AT)
    session.save()
    new = f"{PAGE}new/"
    assert "Confirm" in main_words(client.get(new))
    # A form that was open for long: its key is not carried along, not even sealed.
    late = client.post(new, typed(known))
    assert (late.status_code, late.headers["Location"]) == (302, new)
    asked = client.get(new)
    assert "hand the certificate and its key in again" in body(asked)
    assert not Certificate.objects.exists()
