"""Servers: how one is connected, is heard of, and is disconnected (issue 8; text 003: *Connect PMM server*)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.notifications import settle
from audit.actors import ActorKind
from audit.recording import audited, record
from console import credentials
from console.origin import Origin
from console.outbound import host_of
from console.refusal import Refused
from console.sealing import fingerprint, fingerprints
from console.steps import Steps
from console.text import one_line
from infrastructure.actions.server_introduction import Introduction, checked, checked_version
from infrastructure.models import Server, ServerToken
from infrastructure.models.server import (
    DIGEST_PURPOSE,
    SECRET_PREFIX,
    SILENT_NOTICE,
    TOKEN_PREFIX,
)
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.models.security import has_counted_factor, is_closed_to_those_without
from organizations.models.transfer import REASON_LENGTH
from organizations.roles import Permission

SECRET_LENGTH = 40
MOST_SERVERS = 1000
# A heartbeat that comes sooner after the last one writes nothing: nobody reads the time to the second.
DEBOUNCE = timedelta(seconds=20)
# A server that changes its version with each heartbeat does not fill the log.
VERSIONS: Final = Steps("server-versions", timedelta(minutes=1))

NOWHERE: Final = Origin(address="", device="", request_id="")


@dataclass(frozen=True)
class Connected:
    """A server with the secret of its heartbeats: the only time that it is seen."""

    server: Server
    secret: str = field(repr=False)


def connect_server(
    *, token: str, name: str, url: str, version: str, external_id: str, origin: Origin = NOWHERE
) -> Connected:
    """Connect a server with a token that a member made for it, which works once.

    Who acts is that member, from where the server is (``origin``). One that the organization has already by this
    ``external_id`` gets a new secret, and the former one is dead. The address is only shown: nothing is fetched from
    it. Raises Refused, without using the token up, for what the server says of itself; for a token that does not work
    ("wrong-token", "token-used", "token-expired"); and where its maker may not connect servers (any more).
    """
    digests = fingerprints(token, purpose=DIGEST_PURPOSE)
    rows = ServerToken.objects.select_related(
        "organization", "membership__user", "membership__organization", "membership__custom_role"
    )
    row = rows.filter(digest__in=digests).first() if credentials.is_well_formed(token, TOKEN_PREFIX) else None
    if row is None:
        raise Refused(_("There is no such connection token, or it was revoked. Make another one."), code="wrong-token")
    _check_usable(row)
    introduction = checked(Introduction(name=name, url=url, version=version, external_id=external_id))
    return use_token(token=row, introduction=introduction, by=Actor.member(row.membership, origin))


@audited("server.connected")
def use_token(*, token: ServerToken, introduction: Introduction, by: Actor) -> Connected:
    """Connect the server that introduces itself with a token, for the member who made that. Raises Refused.

    `connect_server` calls it, with the actor that the token stands for.
    """
    organization, by = _lock_for_connection(token, by)
    now = timezone.now()
    if not ServerToken.objects.usable().filter(pk=token.pk).update(used_at=now):
        raise _used()
    secret = credentials.make(SECRET_PREFIX, SECRET_LENGTH)
    server = Server.objects.filter(organization=organization, external_id=introduction.external_id).first()
    is_new = server is None
    before = {} if server is None else {"host": host_of(server.url), "version": server.version}
    if server is None:
        _check_room(organization)
        server = Server(organization=organization, external_id=introduction.external_id)
    elif not may_disconnect(server, by):
        raise _is_of_somebody_else(server)
    server.name, server.url, server.version = introduction.name, introduction.url, introduction.version
    server.secret_digest = fingerprint(secret, purpose=DIGEST_PURPOSE)
    server.connected_by, server.connected_at, server.last_seen_at, server.told_at = by.user, now, now, None
    server.save()
    settle(SILENT_NOTICE, server.pk)
    record(
        "server.connected" if is_new else "server.reconnected",
        by=by,
        organization_id=organization.pk,
        target=server,
        before=before,
        after={"host": host_of(server.url), "version": server.version},
    )
    return Connected(server, secret)


def may_disconnect(server: Server, by: Actor) -> bool:
    """Whether the actor may disconnect a server, or connect it anew: who connected it, and who manages infrastructure.

    A key that is limited to less than connecting servers does not end what its holder connected.
    """
    is_own = by.user_id is not None and by.user_id == server.connected_by_id and by.can(Permission.VIEW_INFRASTRUCTURE)
    if is_own and (by.key is None or by.holds(frozenset({Permission.CONNECT_SERVERS}))):
        return True
    return by.can(Permission.MANAGE_INFRASTRUCTURE)


@audited("server.disconnected")
def disconnect_server(*, server: Server, by: Actor, reason: str = "") -> Server:
    """Accept nothing of a server any more, and forget it; what it monitors goes on without us.

    ``reason``: for the log; staff must say one. Raises Refused where the actor may not, and where it is gone already.
    """
    organization, by = lock(server.organization_id, by, Permission.VIEW_INFRASTRUCTURE)
    reason = one_line(reason, REASON_LENGTH)
    if by.kind == ActorKind.STAFF and not reason:
        raise Refused(_("Say why: the organization reads it in its log."), code="reason", field="reason")
    try:
        server = Server.objects.select_for_update().get(pk=server.pk)
    except Server.DoesNotExist:
        raise Refused(_("Somebody has disconnected this server meanwhile."), code="gone") from None
    if not may_disconnect(server, by):
        raise Refused(
            _("Somebody else connected this server: it needs the permission “%s”.")
            % Permission.MANAGE_INFRASTRUCTURE.label,
            code="permission",
        )
    record(
        "server.disconnected",
        by=by,
        organization_id=organization.pk,
        target=server,
        before={"host": host_of(server.url), "version": server.version},
        texts={"reason": ("", reason)} if reason else {},
    )
    settle(SILENT_NOTICE, server.pk)
    Server.objects.filter(pk=server.pk).delete()
    return server


def note_heartbeat(*, server_id: UUID, secret: str, version: str, origin: Origin = NOWHERE) -> Server:
    """A server says that it is there, and which version of itself runs.

    One look and at most one change, for each server says it every minute. Raises Refused: "not-connected" for a wrong
    secret, as for a server that is not there or is no longer; "closed" in an organization that is closed.
    """
    digests = fingerprints(secret, purpose=DIGEST_PURPOSE)
    known = Server.objects.select_related("organization").filter(pk=server_id, secret_digest__in=digests)
    server = known.first() if credentials.is_well_formed(secret, SECRET_PREFIX) else None
    if server is None:
        raise _not_connected()
    if server.organization.is_closed:
        raise Refused(_("The organization of this server is closed."), code="closed")
    version = checked_version(version)
    now = timezone.now()
    is_new_version = version != server.version and VERSIONS.is_first(str(server.pk))
    if is_new_version or server.told_at is not None:
        return _note_change(server, version if is_new_version else server.version, origin)
    if now - server.last_seen_at < DEBOUNCE:
        return server
    same = Server.objects.filter(pk=server.pk, secret_digest=server.secret_digest)
    # Under the newest key: an older one may be taken away once every server has reported since.
    if not same.update(last_seen_at=now, secret_digest=digests[0]):
        raise _not_connected()
    server.last_seen_at = now
    return server


@transaction.atomic
def _note_change(server: Server, version: str, origin: Origin) -> Server:
    """It runs another version, or is there again after people were told that it is not."""
    same = Server.objects.select_for_update().filter(pk=server.pk, secret_digest=server.secret_digest)
    found = same.select_related("organization").first()
    if found is None:
        raise _not_connected()
    if version != found.version:
        record(
            "server.version_changed",
            by=Actor(kind=ActorKind.SYSTEM, origin=origin),
            organization_id=found.organization_id,
            target=found,
            before={"version": found.version},
            after={"version": version},
        )
    if found.told_at is not None:
        settle(SILENT_NOTICE, found.pk)
    found.version, found.last_seen_at, found.told_at = version, timezone.now(), None
    found.save(update_fields=["version", "last_seen_at", "told_at"])
    return found


def _lock_for_connection(token: ServerToken, by: Actor) -> tuple[Organization, Actor]:
    try:
        organization, by = lock(token.organization_id, by, Permission.CONNECT_SERVERS)
    except Refused as refusal:
        if refusal.code != "permission":
            raise
        # Read by whoever set the server up, who need not be the one that made the token.
        sentence = _("Whoever made this connection token may not connect servers at this moment.")
        raise Refused(f"{sentence} {token.organization.why_suspended}".strip(), code="permission") from None
    assert by.membership is not None  # noqa: S101 -- of a member's token
    user = by.membership.user
    if not user.is_active:
        raise Refused(_("The account of who made this connection token is locked."), code="account-locked")
    if is_closed_to_those_without(organization) and not has_counted_factor(user, organization):
        raise Refused(
            _("%s asks its members for a second factor, and who made this token has none that counts there.")
            % organization.display_name,
            code="second-factor",
        )
    return organization, by


def _check_usable(token: ServerToken) -> None:
    """Refuse one that ended, before anything is written down of it: a job may go on sending it."""
    if token.used_at:
        raise _used()
    if token.expires_at <= timezone.now():
        raise Refused(_("This connection token has expired. Make another one."), code="token-expired")


def _used() -> Refused:
    return Refused(_("This connection token was used already. Make another one."), code="token-used")


def _check_room(organization: Organization) -> None:
    if Server.objects.filter(organization=organization).count() >= MOST_SERVERS:
        raise Refused(
            _("There are %d servers already. Disconnect those that are gone first.") % MOST_SERVERS,
            code="too-many-servers",
        )


def _is_of_somebody_else(server: Server) -> Refused:
    return Refused(
        _(
            "Somebody else connected the server “%s” with this id. Give this one another id, or ask them to disconnect"
            " theirs first."
        )
        % server.name,
        code="id-taken",
        field="id",
    )


def _not_connected() -> Refused:
    return Refused(
        _("This server is not connected, or no longer. Connect it with a new connection token."), code="not-connected"
    )
