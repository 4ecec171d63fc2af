"""Changing what a project is called, what is said of it and who sees it."""

from collections.abc import Iterable, Mapping

from audit.recording import audited, record
from console.naming import clean_name
from console.versions import Marks, check_unchanged
from organizations.actors import Actor
from organizations.roles import Permission
from projects.actions.locking import lock_project
from projects.actions.projects.keeping import check_in_sight, check_restricting, keep_in, write_tags
from projects.actions.projects.making import known_visibility
from projects.actions.projects.naming import clean_description, clean_tags
from projects.actions.standing import check_active
from projects.models import Project
from projects.models.project import NAME_LENGTH, Visibility

EDITED = ("name", "description", "tags", "visibility")
# Between tags, in a form and in the log.
COMMA = ", "


@audited("project.edited")
def edit_project(
    *,
    project: Project,
    name: str,
    description: str,
    visibility: str,
    tags: Iterable[str],
    seen: Marks | None = None,
    by: Actor,
) -> Project:
    """Change a project; its address and its region stay what they are. Raises Refused.

    ``seen``: what the form was opened with (`console.versions`). Whoever restricts a project to those who were granted
    it is granted it, so that they do not lose it from sight: if that gives them no more than they may do there.
    """
    project, by = lock_project(project, by, Permission.MANAGE_PROJECTS)
    check_active(project)
    before = values_of(project)
    check_unchanged(seen, before)
    labels = clean_tags(tags)
    project.name, project.description = clean_name(name, NAME_LENGTH), clean_description(description)
    wanted = known_visibility(visibility)
    if wanted == Visibility.RESTRICTED and not project.is_restricted:
        check_restricting(project, by)
    project.visibility = wanted
    after = {**values_of(project), "tags": COMMA.join(labels)}
    changed = [field for field in EDITED if before[field] != after[field]]
    if not changed:
        return project
    check_in_sight(project, by)
    project.copy_search(labels)
    project.save()
    write_tags(project, labels)
    keep_in(project, by)
    record(
        "project.edited",
        by=by,
        organization_id=project.organization_id,
        target=project,
        before={"visibility": before["visibility"]} if "visibility" in changed else {},
        after={"fields": changed} | ({"visibility": after["visibility"]} if "visibility" in changed else {}),
        texts={field: (before[field], after[field]) for field in changed if field != "visibility"},
    )
    return project


def values_of(project: Project) -> Mapping[str, str]:
    """What can be edited, as the fields of a form have it."""
    return {
        "name": project.name,
        "description": project.description,
        "tags": COMMA.join(project.tags.order_by("name").values_list("name", flat=True)),
        "visibility": str(project.visibility),
    }
