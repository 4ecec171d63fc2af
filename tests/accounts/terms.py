"""Terms that staff publish."""

from django.utils import timezone

from accounts.actions import publish_terms
from accounts.models import Terms
from audit.actors import Actor


def publish(version: str = "2027-01", **more: object) -> Terms:
    """Terms in force from now on; ``more`` says what differs."""
    fields = {"text_en": "Be kind.", "text_fr": "Soyez aimables.", "effective_at": timezone.now(), **more}
    return publish_terms(version=version, by=Actor.system(), **fields)  # type: ignore[arg-type] # what a test says
