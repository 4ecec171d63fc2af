"""Reads chains again from their newest check points, and names the first event that does not fit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from audit.chaining import digest
from audit.models import Chain, CheckPoint, Event, Link, Unlinked

# Links that are read at once, and among which what should stand in a place is looked for.
PAGE = 1000


class What(StrEnum):
    """What is wrong with an event."""

    CHANGED = "it does not say what it said when it was linked"
    GONE = "it is missing"
    AFTER_A_GAP = "what stood before it is missing"
    ADDED = "it was put in"
    OUT_OF_ORDER = "it is out of order"
    ELSEWHERE = "it belongs in another chain"
    STRAY = "it is in no chain and does not wait to be: it was put in, or its link is missing"
    CUT = "it is the last one, and the chain was longer"
    ANOTHER_END = "it is the last one, and not the one that the chain ended with"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first event of a chain that does not fit; None for what the database does not tell any more."""

    what: What
    position: int | None
    event_id: UUID | None
    at: datetime | None

    def __str__(self) -> str:
        where = f"position {self.position}, " if self.position is not None else ""
        when = f" of {self.at.astimezone(UTC).isoformat(timespec='seconds')}" if self.at else ""
        return f"{where}event {self.event_id or 'unknown'}{when}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of a chain: how many events fit, the position and hash of the last one, how many wait for a link."""

    chain_id: UUID
    verified: int
    position: int
    hash: str
    unlinked: int
    fault: Fault | None


@dataclass
class _Place:
    """How far a chain was read."""

    position: int = 0
    hash: str = ""
    link: Link | None = None
    # The hash before its own.
    former: str = ""


def verify(chain_id: UUID, *, tell: Callable[[int], object] = int) -> Verdict:
    """Read a chain, a page at a time; ``tell`` hears after each at which position that is.

    It takes no lock, and people go on meanwhile. What is pruned while it is read is no fault: it is read again.
    """
    begin, place, fault = _read(chain_id, tell)
    while fault and _begin(chain_id).position != begin:
        begin, place, fault = _read(chain_id, tell)
    return Verdict(
        chain_id=chain_id,
        verified=place.position - begin,
        position=place.position,
        hash=place.hash,
        unlinked=Unlinked.objects.filter(chain_id=chain_id).count(),
        fault=fault,
    )


def stray(chain_id: UUID | None = None) -> Fault | None:
    """The oldest event, of a chain or of all, that has no link and waits for none."""
    events = Event.objects.filter(link=None, unlinked=None)
    if chain_id == Chain.DEPLOYMENT:
        events = events.filter(organization_id=None, subject_id=None)
    elif chain_id:
        events = events.filter(Q(organization_id=chain_id) | Q(organization_id=None, subject_id=chain_id))
    event = events.order_by("pk").first()
    return _fault(What.STRAY, None, event) if event else None


def _read(chain_id: UUID, tell: Callable[[int], object]) -> tuple[int, _Place, Fault | None]:
    place = _begin(chain_id)
    begin = place.position
    if before := Link.objects.filter(chain=chain_id, position__lte=begin).order_by("position").first():
        return begin, place, _fault(What.ADDED, before.position, before.event)
    while True:
        # First the end, then the links: those that it counts are there.
        end = Chain.objects.filter(pk=chain_id).first() or Chain(pk=chain_id)
        links = _links_after(chain_id, place.position)
        if not links:
            return begin, place, _fault_at_end(place, end)
        for link in links:
            if fault := _fault_of(link, place):
                return begin, place, fault
            place = _Place(link.position, link.hash, link, place.hash)
        tell(place.position)


def _begin(chain_id: UUID) -> _Place:
    point = CheckPoint.objects.filter(chain=chain_id).order_by("-position").first()
    return _Place(point.position, point.hash) if point else _Place()


def _links_after(chain_id: UUID, position: int) -> list[Link]:
    links = Link.objects.filter(chain=chain_id, position__gt=position).order_by("position")
    return list(links.select_related("event")[:PAGE])


def _fault_of(link: Link, before: _Place) -> Fault | None:
    position = before.position + 1
    if link.position != position:
        # A link without its event is not read; it still says whose it was.
        lost = Link.objects.filter(chain=link.chain_id, position=position).first()
        if lost:
            return Fault(what=What.GONE, position=position, event_id=lost.pk, at=None)
        return _fault(What.AFTER_A_GAP, link.position, link.event)
    if link.event.chain_id != link.chain_id:
        return _fault(What.ELSEWHERE, position, link.event)
    if link.hash != digest(before.hash, link.chain_id, position, link.event):
        if before.link and link.hash == digest(before.former, link.chain_id, before.position, link.event):
            # Somebody put another one in its place, with a hash that fits, and moved the rest.
            return _fault(What.ADDED, before.position, before.link.event)
        return _fault(_why(link, before), position, link.event)
    return None


def _why(link: Link, before: _Place) -> What:
    """What is wrong with the event of a link, by whether there is another one near by whose place this is."""
    former = link
    for other in _links_after(link.chain_id, link.position):
        hash_here = digest(before.hash, link.chain_id, link.position, other.event)
        if hash_here in {link.hash, other.hash}:
            hash_before_other = hash_here if former is link else former.hash
            hash_there = digest(hash_before_other, link.chain_id, other.position, link.event)
            return What.OUT_OF_ORDER if hash_there in {link.hash, other.hash} else What.ADDED
        former = other
    return What.CHANGED


def _fault_at_end(place: _Place, end: Chain) -> Fault | None:
    if (end.position, end.hash) == (place.position, place.hash):
        return None
    what = What.CUT if end.position > place.position else What.ANOTHER_END
    if place.link is None:
        return Fault(what=what, position=place.position, event_id=None, at=None)
    return _fault(what, place.position, place.link.event)


def _fault(what: What, position: int | None, event: Event) -> Fault:
    return Fault(what=what, position=position, event_id=event.pk, at=event.at)
