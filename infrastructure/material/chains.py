"""From a certificate to an authority that is known: verified as browsers do, and said in words where it fails.

Verified by `cryptography` with the rules of the web (RFC 5280, and the Baseline Requirements in its defaults): dates,
signatures, constraints, key usages, names. It says little of why it refuses: then the way is walked again, to say so.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, VerificationError
from django.utils.translation import gettext as _

from console.dates import date
from console.refusal import Refused
from console.text import one_line
from infrastructure.material.authorities import Authorities, authorities, is_issuer
from infrastructure.material.keys import kind_of
from infrastructure.material.pem import UNREADABLE

# Certificates between the one and the authority.
DEPTH: Final = 8
# RFC 5280, section 4.1.2.2: at most 20 octets.
SERIAL_BITS: Final = 160
WEAK_HASHES: Final = (hashes.SHA1, hashes.MD5)
SHOWN: Final = 100

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+")


def names_of(certificate: x509.Certificate) -> list[str]:
    """The DNS names that it is for, in small letters, each once (RFC 9525: the subject's own name counts for nothing).

    What is no name of a host is left out.
    """
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    names = (name.lower() for name in extension.value.get_values_for_type(x509.DNSName))
    return list(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))


def called(name: x509.Name) -> str:
    """What a subject or an issuer is called: its common name, else its organization, else all of it."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            if text := one_line(str(attribute.value), SHOWN):
                return text
    return one_line(name.rfc4514_string(), SHOWN)


def titled(certificate: x509.Certificate) -> str:
    """What a certificate is called: its subject, else the first name that it is for, for many have no subject."""
    return called(certificate.subject) or next(iter(names_of(certificate)), "…")


def check_leaf(leaf: x509.Certificate, now: datetime, field_name: str) -> None:
    """Refuse a certificate that no TLS server can use now. Raises Refused, at ``field_name``."""
    kind_of(leaf.public_key(), field_name)
    code, sentence = _wrong_with(leaf, now)
    if code:
        raise Refused(sentence, code=code, field=field_name)


def _wrong_with(leaf: x509.Certificate, now: datetime) -> tuple[str, str]:
    if leaf.issuer == leaf.subject and is_issuer(leaf, leaf):
        return "self-signed", _(
            "This certificate is signed by itself. Browsers want one of an authority that they know."
        )
    if _is_authority(leaf):
        return "authority", _(
            "This is the certificate of an authority, and none for a server. It belongs in the chain."
        )
    if problem := _wrong_dates(leaf, now):
        return problem
    if isinstance(leaf.signature_hash_algorithm, WEAK_HASHES):
        return "weak-signature", _("Its signature uses SHA-1 or MD5, which browsers no longer take. Get a new one.")
    if not _is_for_servers(leaf):
        return "purpose", _("This certificate is not for TLS servers. Ask your authority for one that is.")
    if leaf.serial_number.bit_length() > SERIAL_BITS or leaf.serial_number <= 0:
        return "serial", _("Its serial number is none that the rules allow. Get a new one from your authority.")
    if not names_of(leaf):
        return "no-names", _(
            "There is no domain name in it that it is for. Get one with DNS names as alternative names."
        )
    return "", ""


def _wrong_dates(certificate: x509.Certificate, now: datetime) -> tuple[str, str] | None:
    if certificate.not_valid_after_utc <= now:
        ended = _("This certificate ended on %s. Get a new one from your authority.")
        return "expired", ended % date(certificate.not_valid_after_utc)
    if certificate.not_valid_before_utc > now:
        begins = _("This certificate is valid from %s on. Add it then.")
        return "not-yet-valid", begins % date(certificate.not_valid_before_utc)
    return None


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_for_servers(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usages or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usages


def verified_chain(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], now: datetime, field_name: str
) -> list[x509.Certificate]:
    """The certificate, then those of ``others`` that lead from it to an authority, in order and without the authority.

    What leads nowhere is left out. Raises Refused, at ``field_name``, with what is missing or wrong.
    """
    known = authorities()
    policy = PolicyBuilder().store(known.store).time(now).max_chain_depth(DEPTH)
    try:
        chain = policy.build_server_verifier(_subject(leaf)).verify(leaf, list(others))
    except (VerificationError, *UNREADABLE):
        raise _refused(leaf, others, now, known, field_name) from None
    return chain[:-1]


def _subject(leaf: x509.Certificate) -> x509.DNSName:
    """A name that the certificate is for: a wildcard is for any label in its place."""
    for name in names_of(leaf):
        try:
            return x509.DNSName(name.replace("*", "a", 1))
        except ValueError:
            continue
    return x509.DNSName("")


def _refused(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], now: datetime, known: Authorities, field_name: str
) -> Refused:
    """Walk from the certificate towards the authority, and say where the way ends."""
    way = [leaf]
    while not known.have_signed(way[-1]):
        last = way[-1]
        if last.issuer == last.subject and is_issuer(last, last):
            unknown = _("The chain ends at “%s”, an authority that browsers do not know.")
            return Refused(unknown % titled(last), code="unknown-authority", field=field_name)
        step = next((one for one in others if one.subject == last.issuer and is_issuer(one, last)), None)
        if step is None:
            return _missing(last, others, field_name)
        if step in way:
            circle = _("The chain goes in a circle at “%s”. Leave only what leads to the authority.")
            return Refused(circle % titled(step), code="circle", field=field_name)
        way.append(step)
    for one in way[1:]:
        if problem := _wrong_dates(one, now):
            dated = _("“%(name)s” in the chain is out of its dates. %(why)s")
            values = {"name": titled(one), "why": problem[1]}
            return Refused(dated % values, code="chain-dates", field=field_name)
        if isinstance(one.signature_hash_algorithm, WEAK_HASHES):
            weak = _("“%s” in the chain is signed with SHA-1 or MD5. Get a newer one from your authority.")
            return Refused(weak % titled(one), code="weak-signature", field=field_name)
    sentence = _(
        "Browsers refuse this chain, though each certificate in it is signed by the next: one of them may not be used"
        " for this. Ask your authority for the right ones."
    )
    return Refused(sentence, code="chain", field=field_name)


def _missing(last: x509.Certificate, others: Sequence[x509.Certificate], field_name: str) -> Refused:
    if any(one.subject == last.issuer for one in others):
        sentence = _(
            "“%(issuer)s” in the chain is not the one that signed “%(name)s”. Your authority has the right one."
        )
    else:
        sentence = _("The chain is not complete: add the certificate of “%(issuer)s”, which signed “%(name)s”.")
    values = {"issuer": called(last.issuer), "name": titled(last)}
    return Refused(sentence % values, code="incomplete", field=field_name)
