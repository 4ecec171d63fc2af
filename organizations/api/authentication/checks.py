"""What every way in ends in: whether the key still lives, for whom, where, and from where.

What the key may do is asked after this, by the operation (`organizations.api.operations`). A key is not a session: how
long ago somebody signed in (an organization's rule), and terms that its holder has not accepted yet, are asked of
people on pages; programs go on.
"""

from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.factors import has_second_factor
from console.origin import Origin
from organizations import policies
from organizations.api.authentication.shown import Denied
from organizations.models import ApiKey, Membership, Organization
from organizations.models.security import has_counted_factor, is_closed_to_those_without


def check_not_over(key: ApiKey) -> None:
    """Say of a key that has no secret any more, or not yet, why that is: nobody can prove to have it.

    Its public name is all that this is told for; whoever has that has seen the key. Raises Denied.
    """
    if key.is_orphaned:
        raise Denied("former-member", _("This key was somebody's who is no longer a member."), key=key)
    if key.revoked_at and not (key.expires_at and key.expires_at <= key.revoked_at):
        raise Denied("revoked", _("This key was revoked. Make another one."), key=key)
    if not key.secret:
        if key.is_over:
            raise _expired(key)
        raise Denied("no-secret", _("This key has no secret yet. Make one on the page “API keys”."), key=key)


def check(key: ApiKey, origin: Origin) -> None:
    """Ask all that must hold whenever the key is used; raises Denied, to somebody who has its secret."""
    if key.is_over:
        raise _expired(key, is_proven=True)
    if key.membership:
        _check_holder(key, key.membership)
    if _is_closed(key.organization):
        raise Denied("closed", _("The organization of this key is closed."), key=key, is_proven=True)
    if key.networks and not is_within(origin.address, key.networks):
        raise Denied("network", _("This key may not be used from your network."), key=key, is_proven=True)
    if key.membership and lacks_factor(key.membership):
        raise Denied(
            "second-factor",
            _("%s asks its members for a second factor. The holder of this key has none that counts there.")
            % key.organization.display_name,
            key=key,
            is_proven=True,
            status=HTTPStatus.FORBIDDEN,
        )


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether the address (in its one spelling, `console.origin`) lies in one of the networks; none known, in none."""
    return bool(address) and any(ip_address(address) in ip_network(network) for network in networks)


def lacks_factor(membership: Membership) -> bool:
    """Whether the member has no second factor where one is asked for by now: of everybody, or of members.

    Costs no query where nobody asks.
    """
    if settings.REQUIRE_SECOND_FACTOR and not has_second_factor(membership.user):
        return True
    organization = membership.organization
    return is_closed_to_those_without(organization) and not has_counted_factor(membership.user, organization)


def _check_holder(key: ApiKey, membership: Membership) -> None:
    if membership.ends_at and membership.ends_at <= timezone.now():
        raise Denied("former-member", _("This key was somebody's who is no longer a member."), key=key, is_proven=True)
    if not membership.user.is_active:
        raise Denied("account-locked", _("The account of this key's holder is locked."), key=key, is_proven=True)


def _is_closed(organization: Organization) -> bool:
    # A personal account that was made under another policy is no context (`Membership.objects.of`).
    return organization.is_closed or (organization.is_personal and not policies.current().has_personal_accounts)


def _expired(key: ApiKey, *, is_proven: bool = False) -> Denied:
    return Denied("expired", _("This key has expired. Make another one."), key=key, is_proven=is_proven)
