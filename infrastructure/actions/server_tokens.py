"""Tokens with which a member connects one server: made on a page, shown once, used once (issue 8; text 003)."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.recording import audited, record
from console import credentials
from console.refusal import Refused
from console.sealing import fingerprint
from infrastructure.models import ServerToken
from infrastructure.models.server import DIGEST_PURPOSE, TOKEN_LIFETIME, TOKEN_PREFIX
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission

TOKEN_LENGTH = 40
# With which one member can connect at the same time.
MOST_TOKENS = 10
# Used and expired ones are kept for so long: whoever comes with one is told what became of it.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class IssuedToken:
    """A token with what opens: the only time that it is seen."""

    token: str = field(repr=False)
    row: ServerToken


@audited("server_token.made")
def make_server_token(*, organization: Organization, by: Actor) -> IssuedToken:
    """Make a token with which one server can be connected, once, within `TOKEN_LIFETIME`.

    The caller shows it, once. It dies with the membership. Raises Refused for who is no member (a service key), and for
    more than `MOST_TOKENS` of one member that still work.
    """
    organization, by = lock(organization.pk, by, Permission.CONNECT_SERVERS)
    if by.membership is None:
        raise Refused(_("Only a member can make a connection token."), code="person")
    if ServerToken.objects.usable().filter(membership=by.membership).count() >= MOST_TOKENS:
        raise Refused(
            _("You have %d connection tokens that still work. Use one, or revoke some.") % MOST_TOKENS,
            code="too-many-tokens",
        )
    token = credentials.make(TOKEN_PREFIX, TOKEN_LENGTH)
    row = ServerToken.objects.create(
        organization=organization,
        membership=by.membership,
        digest=fingerprint(token, purpose=DIGEST_PURPOSE),
        expires_at=timezone.now() + TOKEN_LIFETIME,
    )
    record("server_token.made", by=by, organization_id=organization.pk, target=row)
    return IssuedToken(token, row)


def may_revoke(token: ServerToken, by: Actor) -> bool:
    """Whether the actor may revoke a token: their own, or any for who manages infrastructure."""
    is_own = by.membership is not None and by.membership.pk == token.membership_id
    return is_own or by.can(Permission.MANAGE_INFRASTRUCTURE)


@audited("server_token.revoked")
def revoke_server_token(*, token: ServerToken, by: Actor) -> ServerToken:
    """Make sure that nobody connects a server with a token any more. Raises Refused where it has ended already."""
    organization, by = lock(token.organization_id, by, Permission.VIEW_INFRASTRUCTURE)
    if not may_revoke(token, by):
        raise Refused(_("Somebody else made this token. Ask them, or who manages servers."), code="permission")
    if not ServerToken.objects.usable().filter(pk=token.pk).exists():
        raise Refused(_("This token has been used, has expired, or was revoked already."), code="over")
    record("server_token.revoked", by=by, organization_id=organization.pk, target=token)
    ServerToken.objects.filter(pk=token.pk).delete()
    return token


def prune_tokens() -> int:
    """Forget tokens that ended longer ago than `KEPT`; how many."""
    return ServerToken.objects.filter(expires_at__lt=timezone.now() - KEPT).delete()[0]
