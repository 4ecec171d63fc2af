"""The lock that every change of a domain name takes first."""

from django.utils.translation import gettext as _

from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Domain
from organizations.roles import Permission


def lock_domain(domain: Domain, by: Actor, needs: Permission | None = None) -> tuple[Domain, Actor]:
    """The domain and the actor as they are now, with the organization locked. Raises Refused as `lock` does."""
    organization, by = lock(domain.organization_id, by, needs)
    try:
        # The worker that looks it up moves its claim without the organization's lock.
        fresh = organization.domains.select_for_update(of=("self",)).select_related("custom_role").get(pk=domain.pk)
    except Domain.DoesNotExist:
        raise Refused(_("Somebody has removed this domain name meanwhile."), code="gone") from None
    fresh.organization = organization
    return fresh, by
