"""What somebody was doing while they confirm at a provider who they are: it waits in their session."""

from dataclasses import asdict, dataclass
from typing import Self

from django.http import HttpRequest
from django.utils import timezone

from accounts.proof import PROOF_LASTS

WAITING = "waits_for_provider_proof"
# How long a sealed form may be that waits: text, not files.
CARRIED_LENGTH = 200_000


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A form that was sealed at ``address`` (`accounts.access`), and when the provider said who its sender is."""

    carried: str
    address: str
    proven_at: float = 0.0

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """The one that waits."""
        waiting = request.session.get(WAITING)
        return cls(**waiting) if waiting else None

    @property
    def is_proven(self) -> bool:
        """Whether the provider has said so, a short while ago."""
        return 0 <= timezone.now().timestamp() - self.proven_at <= PROOF_LASTS.total_seconds()


def keep(request: HttpRequest, *, carried: str, address: str) -> None:
    """Let a form wait; a former one is forgotten."""
    request.session[WAITING] = asdict(Errand(carried=carried[:CARRIED_LENGTH], address=address))


def note_return(request: HttpRequest) -> None:
    """Remember that the provider has just said that it is them."""
    if errand := Errand.of(request):
        proven = Errand(carried=errand.carried, address=errand.address, proven_at=timezone.now().timestamp())
        request.session[WAITING] = asdict(proven)


def spend(request: HttpRequest, carried: str) -> bool:
    """Whether the provider has just said so for this very form; it counts once."""
    errand = Errand.of(request)
    if errand is None or not errand.is_proven or errand.carried != carried:
        return False
    del request.session[WAITING]
    return True
