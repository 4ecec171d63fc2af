"""Taking the audit log away: who did is written down before the first row is sent."""

from collections.abc import Sequence

from audit.recording import audited, record
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission


@audited("log.exported")
def export_log(*, organization: Organization, kind: str, filters: Sequence[str], by: Actor) -> Organization:
    """Note that the actor takes the log away: as what (``kind``: ``csv`` or ``jsonl``), and by what it was narrowed.

    Of the filters the names alone: what was typed may be somebody's name. Raises Refused for who may not see the log
    (any more).
    """
    organization, by = lock(organization.pk, by, Permission.VIEW_AUDIT_LOG)
    after = {"format": kind, **({"filters": list(filters)} if filters else {})}
    record("log.exported", by=by, organization_id=organization.pk, target=organization, after=after)
    return organization
