"""What becomes of projects when their organization is closed, and when it is closed for good; services keep it open."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit.recording import record
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Kind, Organization
from organizations.signals import Obstacle
from projects import signals
from projects.models import Project, Service

# Projects that go in one transaction.
BATCH = 50


def projects_that_go(organization: Organization) -> Obstacle | None:
    """What whoever closes an organization must know of its projects; None where it has none."""
    number = organization.projects.count()
    if not number:
        return None
    return Obstacle(
        sentence=ngettext(
            "%d project is closed with it, and deleted once it can no longer be opened again.",
            "%d projects are closed with it, and deleted once it can no longer be opened again.",
            number,
        )
        % number,
        address=reverse("projects:projects", args=[organization.slug]),
        action=_("See projects"),
        blocks=False,
    )


def services_in_the_way(organization: Organization) -> Obstacle | None:
    """What keeps an organization from being closed: what still runs and costs would belong to nobody."""
    number = _present_in(organization)
    if not number:
        return None
    return Obstacle(
        sentence=ngettext(
            "%d service is still there. Delete it first.",
            "%d services are still there. Delete them first.",
            number,
        )
        % number,
        address=reverse("projects:projects", args=[organization.slug]),
        action=_("See projects"),
    )


def check_no_services_of(user: User) -> None:
    """The personal account ends with its user, and what runs in it must be gone by then. Raises Refused."""
    # Locked, so that nothing is requested there at this moment.
    own = Organization.objects.select_for_update(no_key=True).filter(kind=Kind.PERSONAL, person=user).first()
    if own and (number := _present_in(own)):
        raise Refused(
            ngettext(
                "Your personal account still has %d service. Delete it first.",
                "Your personal account still has %d services. Delete them first.",
                number,
            )
            % number,
            code="services",
        )


def end_projects(organization: Organization) -> bool:
    """Delete some projects of a locked organization that is closed for good; whether there are more.

    Whoever could see them is gone, so nothing of them is kept but the log. A service that is there keeps an
    organization from being closed: should one be nevertheless, its project stays for staff to find.
    """
    present = Service.objects.present().filter(project=OuterRef("pk"))
    batch = list(organization.projects.filter(~Exists(present)).order_by("id")[:BATCH])
    for project in batch:
        record("project.ended", by=Actor.system(), organization_id=organization.pk, target=project)
    if batch:
        signals.ending.send(sender=Project, organization=organization, projects=batch)
    Project.objects.filter(pk__in=[project.pk for project in batch]).delete()
    return len(batch) == BATCH


def _present_in(organization: Organization) -> int:
    return Service.objects.present().filter(project__organization=organization).count()
