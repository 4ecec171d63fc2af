"""Who is told what becomes of a domain name: those who can set its record right, by mail and behind the bell."""

from collections.abc import Callable

from django.urls import reverse

from accounts.actions.notifications import await_answer
from accounts.models import User
from organizations.models import Domain
from organizations.models.domain import DOMAIN_NOTICE
from organizations.roles import Permission


def tell(domain: Domain, state: str, send: Callable[[User, Domain], None]) -> None:
    """Tell those who may edit the settings, in the caller's transaction: ``send`` mails one of them.

    ``state``: what the bell says: missing, lost or given_up. It says the last that was told of a domain, once.
    """
    organization = domain.organization
    people = organization.memberships.to_be_told(Permission.EDIT_SETTINGS)
    await_answer(
        people,
        kind=DOMAIN_NOTICE,
        target_id=domain.pk,
        address=reverse("organizations:settings_domain", args=[organization.slug, domain.pk]),
        organization_id=organization.pk,
        names={"organization": organization.display_name, "domain": domain.name, "state": state},
    )
    for person in people:
        send(person, domain)
