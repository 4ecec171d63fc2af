"""Addresses that want no mail of a kind: said by who reads it, or by a mail provider on their behalf (RFC 8058)."""

from collections.abc import Iterable

from django.urls import reverse

from console.sealing import Unreadable, fingerprint, fingerprints, seal, unseal
from outbox.models import Suppression

_PURPOSE = "outbox.suppression"

Kind = Suppression.Kind


def suppress(address: str, kind: Suppression.Kind) -> None:
    """Send no more mail of this kind to an address. Safe to call twice."""
    if not is_suppressed(address, kind):
        # Two at once: the second finds the row of the first.
        Suppression.objects.get_or_create(fingerprint=fingerprint(address.lower(), purpose=_PURPOSE), kind=kind)


def allow(address: str, kind: Suppression.Kind) -> None:
    """Take that back."""
    Suppression.objects.filter(kind=kind, fingerprint__in=_fingerprints(address)).delete()


def is_suppressed(address: str, kind: Suppression.Kind) -> bool:
    """Whether an address wants no mail of this kind."""
    return Suppression.objects.filter(kind=kind, fingerprint__in=_fingerprints(address)).exists()


def suppressed_among(addresses: Iterable[str], kind: Suppression.Kind) -> set[str]:
    """Those of ``addresses`` that want no mail of this kind, in one query."""
    by_fingerprint = {printed: address for address in addresses for printed in _fingerprints(address)}
    found = Suppression.objects.filter(kind=kind, fingerprint__in=list(by_fingerprint))
    return {by_fingerprint[printed] for printed in found.values_list("fingerprint", flat=True)}


def choice_address(address: str) -> str:
    """The path of the page on which whoever reads a mail to ``address`` says whether there may be more.

    The address is sealed in it: it is not to be read in logs. It stays good, because a mail may be read years later.
    """
    return reverse("mail:choice", args=[seal(address, purpose=_PURPOSE)])


def address_of(token: str) -> str | None:
    """The address that a link of `choice_address` is about; None for one that was made up or cut."""
    try:
        return unseal(token, purpose=_PURPOSE)
    except Unreadable:
        return None


def _fingerprints(address: str) -> list[str]:
    return fingerprints(address.lower(), purpose=_PURPOSE)
