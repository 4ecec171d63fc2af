"""Services keep what they run in: an organization with services is not closed, nor an account deleted."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import signals as account_signals
from accounts.models import User
from console.refusal import Refused
from organizations import signals
from organizations.models import Kind, Organization
from organizations.signals import Obstacle
from projects.models import Service


@receiver(signals.closing)
def name_services(organization: Organization, add: Callable[[Obstacle], None], **_kwargs: Any) -> None:
    """What still runs and costs would belong to nobody: it must be deleted first."""
    if count := _present_in(organization):
        add(
            Obstacle(
                sentence=ngettext(
                    "%d service is still there. Delete it first.",
                    "%d services are still there. Delete them first.",
                    count,
                )
                % count,
                address=reverse("projects:projects", args=[organization.slug]),
                action=_("See projects"),
            )
        )


@receiver(account_signals.closing)
def keep_account_with_services(user: User, **_kwargs: Any) -> None:
    """The personal account ends with its user, and what runs in it must be gone by then. Raises Refused."""
    # Locked, so that nothing is requested there at this moment.
    own = Organization.objects.select_for_update(no_key=True).filter(kind=Kind.PERSONAL, person=user).first()
    if own and (count := _present_in(own)):
        raise Refused(
            ngettext(
                "Your personal account still has %d service. Delete it first.",
                "Your personal account still has %d services. Delete them first.",
                count,
            )
            % count,
            code="services",
        )


def _present_in(organization: Organization) -> int:
    return Service.objects.present().filter(project__organization=organization).count()
