"""What being denied leaves in the log, however often a loop asks again for what it may not, with a key or on the pages.

Each is written by itself, outside of what the request does, and seldom.
"""

import logging
from datetime import timedelta

from django.db import transaction

from audit.actors import Actor as Somebody
from audit.models import Event
from audit.recording import record, record_denial
from console.origin import Origin, network_of
from console.steps import Steps
from organizations.actors import Actor
from organizations.models import ApiKey

log = logging.getLogger(__name__)

# For so long a key, or a member, is not denied from the same address again, for the same reason, in the log.
STEP = timedelta(minutes=10)
DENIALS = Steps("api-denied", STEP)
LACKS = Steps("lacks", STEP)


def note_denial(key: ApiKey | None, *, code: str, is_proven: bool, origin: Origin) -> None:
    """Write that a key was denied, into its organization's log: for each reason and address once in a `STEP`.

    Who had the secret (``is_proven``) is the key's holder; who only knew its name may be anybody. Of keys that are not
    known the program's own log says that there were some, without what was sent.
    """
    if key is None:
        log.warning("Denied a credential that names no key: %s", code)
        return
    if not DENIALS.is_first(f"{key.pk}:{code}:{network_of(origin.address)}"):
        return
    by: Somebody = Actor.program(key, origin) if is_proven else Actor.visitor(origin)
    with transaction.atomic():
        record(
            "api_key.denied",
            by=by,
            organization_id=key.organization_id,
            target=key,
            after={"code": code},
            outcome=Event.Outcome.DENIED,
        )


def note_missing(code: str, *, by: Actor) -> None:
    """Write that somebody, or a program, lacks a permission; again only for another one, from elsewhere, or later.

    ``code``: the permission, or what stands in the way of all of them. Whoever sees the organization could fill its log
    without end, asking for what is refused.
    """
    where = f"{by.organization_id}:{network_of(by.origin.address)}"
    if LACKS.is_first(f"{code}:{by.user_id}:{by.key_id}:{where}"):
        record_denial("permission.denied", by=by, code=code)
