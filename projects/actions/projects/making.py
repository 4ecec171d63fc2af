"""Making a project (issue: name, slug fixed at creation, description, region)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from audit.recording import audited, record
from console.naming import clean_name
from console.refusal import Refused
from organizations.actions.locking import lock
from organizations.actors import Actor
from organizations.models import Organization
from organizations.roles import Permission
from projects.actions.allowances import check_room_for_project
from projects.actions.projects.keeping import check_in_sight, grant_maker, write_tags
from projects.actions.projects.naming import claimed_slug, clean_description, clean_tags, free_slug
from projects.models import Project, Region
from projects.models.project import NAME_LENGTH, Visibility


@audited("project.created")
def create_project(
    *,
    organization: Organization,
    name: str,
    slug: str = "",
    description: str = "",
    region: str = "",
    visibility: str = Visibility.ORGANIZATION,
    tags: Iterable[str] = (),
    by: Actor,
) -> Project:
    """Make a project. Whoever makes one can manage it, also where their role alone would not let them.

    ``slug``: made from the name where it is empty; ``region``: the key of one that is offered, which may be left out
    where there is only one; ``visibility``: a value of Visibility. Raises Refused, for more projects than the
    organization may have (issue: allowances) among others.
    """
    organization, by = lock(organization.pk, by, Permission.CREATE_PROJECTS)
    check_room_for_project(organization)
    labels = clean_tags(tags)
    project = Project(
        organization=organization,
        name=clean_name(name, NAME_LENGTH),
        description=clean_description(description),
        region=_region(region),
        visibility=known_visibility(visibility),
        created_by=None if by.is_trusted else by.user,
    )
    project.slug = claimed_slug(organization, slug) if slug else free_slug(organization, project.name)
    project.copy_search(labels)
    check_in_sight(project, by)
    project.save()
    write_tags(project, labels)
    grant_maker(project, by)
    record(
        "project.created",
        by=by,
        organization_id=organization.pk,
        target=project,
        after={"slug": project.slug, "region": project.region.key, "visibility": project.visibility},
    )
    return project


def known_visibility(visibility: str) -> Visibility:
    """What a form or a program calls a visibility. Raises Refused, at the field ``visibility``."""
    try:
        return Visibility(visibility)
    except ValueError:
        raise Refused(_("Choose who can see it."), code="visibility", field="visibility") from None


def _region(key: str) -> Region:
    offered = list(Region.objects.offered())
    if not key and len(offered) == 1:
        return offered[0]
    found = next((region for region in offered if region.key == key), None)
    if found is None:
        raise Refused(_("Choose where it shall be."), code="region", field="region")
    return found
