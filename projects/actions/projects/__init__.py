"""Making, editing, archiving and deleting projects."""

from projects.actions.projects.editing import edit_project
from projects.actions.projects.ending import end_deleted_projects
from projects.actions.projects.making import create_project
from projects.actions.projects.states import archive_project, delete_project, recover_project, restore_project

__all__ = [
    "archive_project",
    "create_project",
    "delete_project",
    "edit_project",
    "end_deleted_projects",
    "recover_project",
    "restore_project",
]
