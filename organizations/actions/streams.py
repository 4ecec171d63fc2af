"""The stream of an organization's log: where it goes, whether it is on, and what signs it."""

from datetime import timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import settle
from audit.models import Chain
from audit.recording import audited, record
from console.outbound import host_of
from console.refusal import Refused
from console.text import one_line
from console.versions import Marks, check_unchanged
from console.webhooks import new_secret
from organizations.actions.limits import check_room_for_stream
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.log import Filters, events_of
from organizations.models import AuditStream, Organization
from organizations.models.audit_stream import STREAM_NOTICE
from organizations.models.transfer import REASON_LENGTH
from organizations.roles import Permission

# Test events of one organization: an address that somebody typed is not to be knocked at without end.
TESTS, TESTS_WITHIN = 10, timedelta(minutes=10)


class Begin(StrEnum):
    """Where a new stream begins."""

    NOW = "now"
    FIRST = "first"


def permission_for(organization: Organization) -> Permission:
    """What who sets the stream up must hold: a personal account has no rules for security of its own."""
    return Permission.EDIT_SETTINGS if organization.is_personal else Permission.MANAGE_SECURITY


@audited("stream.set")
def set_stream(*, organization: Organization, url: str, begin: str, by: Actor) -> AuditStream:
    """Send the organization's events to ``url``, from now on or from the first that is kept (`Begin`).

    The caller has checked the address (console.outbound.check_address), and shows the secret, once. What it is goes
    into no log: addresses hold tokens. Raises Refused where there is a stream already, and where it may have none.
    """
    organization, by = _lock(organization, by)
    if AuditStream.objects.filter(organization=organization).exists():
        raise Refused(_("The log is sent somewhere already. Open the page again to see where."), code="exists")
    check_room_for_stream(organization)
    stream = AuditStream(organization=organization, url=url, created_by=None if by.is_trusted else by.user)
    stream.set_secret(new_secret())
    if begin != Begin.FIRST:
        stream.position = Chain.objects.filter(pk=organization.pk).values_list("position", flat=True).first() or 0
    stream.save(force_insert=True)
    record(
        "stream.set",
        by=by,
        organization_id=organization.pk,
        target=stream,
        after={"host": host_of(url), "after_position": stream.position},
    )
    return stream


@audited("stream.changed")
def change_stream(*, stream: AuditStream, url: str, is_on: bool, seen: Marks | None = None, by: Actor) -> AuditStream:
    """Send to another address, pause, or go on: nothing is lost meanwhile, as long as the log is kept.

    ``seen``: what the form was opened with (`console.versions`). Raises Refused.
    """
    stream, by = _lock_stream(stream, by)
    check_unchanged(seen, {"url": stream.url, "is_on": stream.is_on})
    if (stream.url, stream.is_on) == (url, is_on):
        return stream
    before = {"host": host_of(stream.url), "is_on": stream.is_on}
    stream.url, stream.is_on = url, is_on
    stream.send_anew()
    stream.save()
    settle(STREAM_NOTICE, stream.pk)
    record(
        "stream.changed",
        by=by,
        organization_id=stream.organization_id,
        target=stream,
        before=before,
        after={"host": host_of(url), "is_on": is_on},
    )
    return stream


@audited("stream.secret_renewed")
def renew_stream_secret(*, stream: AuditStream, by: Actor) -> AuditStream:
    """Sign with a new secret from now on; for a day with the one before, too. The caller shows it, once."""
    stream, by = _lock_stream(stream, by)
    stream.set_secret(new_secret())
    stream.save(update_fields=["secret", "former_secret", "former_until"])
    record("stream.secret_renewed", by=by, organization_id=stream.organization_id, target=stream)
    return stream


@audited("stream.removed")
def remove_stream(*, stream: AuditStream, by: Actor) -> AuditStream:
    """Send nothing any more, and forget the address and the secret. The log itself stays."""
    stream, by = _lock_stream(stream, by)
    record(
        "stream.removed",
        by=by,
        organization_id=stream.organization_id,
        target=stream,
        before={"host": host_of(stream.url), "position": stream.position},
    )
    settle(STREAM_NOTICE, stream.pk)
    AuditStream.objects.filter(pk=stream.pk).delete()
    return stream


@audited("stream.switched_off")
def switch_stream_off(*, stream: AuditStream, reason: str, by: Actor) -> AuditStream:
    """Send nothing any more until somebody there switches it on again; staff do it, where it does harm.

    ``reason``: for the log. Raises Refused without one, and for a stream that is off.
    """
    stream, by = _lock_stream(stream, by)
    reason = one_line(reason, REASON_LENGTH)
    if not reason:
        raise Refused(_("Say why: the organization reads it in its log."), code="reason", field="reason")
    if not stream.is_on:
        raise Refused(_("This stream is switched off already."), code="off")
    stream.is_on = False
    # A worker that is sending at this moment has lost its claim.
    stream.send_anew()
    stream.save()
    settle(STREAM_NOTICE, stream.pk)
    record(
        "stream.switched_off",
        by=by,
        organization_id=stream.organization_id,
        target=stream,
        after={"position": stream.position},
        texts={"reason": ("", reason)},
    )
    return stream


@audited("stream.tested")
def try_stream(*, stream: AuditStream, by: Actor) -> AuditStream:
    """Let a test event be sent: the caller sends it once the transaction has ended (`send_test_event`).

    Raises Refused for more than `TESTS` within `TESTS_WITHIN`.
    """
    stream, by = _lock_stream(stream, by)
    lately = Filters(actions=("stream.tested",), outcome="done", since=timezone.now() - TESTS_WITHIN)
    if events_of(stream.organization_id, lately).count() >= TESTS:
        raise Refused(_("That were many tests. Wait ten minutes, then test again."), code="too-many")
    record("stream.tested", by=by, organization_id=stream.organization_id, target=stream)
    return stream


def _lock(organization: Organization, by: Actor) -> tuple[Organization, Actor]:
    # Who may not read the log sends it nowhere.
    organization, by = lock(organization.pk, by, Permission.VIEW_AUDIT_LOG)
    return lock(organization.pk, by, permission_for(organization))


def _lock_stream(stream: AuditStream, by: Actor) -> tuple[AuditStream, Actor]:
    organization, by = _lock(stream.organization, by)
    try:
        # The worker moves its position without the organization's lock.
        stream = AuditStream.objects.select_for_update().get(pk=stream.pk)
    except AuditStream.DoesNotExist:
        raise Refused(_("Somebody has removed the stream meanwhile."), code="gone") from None
    stream.organization = organization
    return stream, by
