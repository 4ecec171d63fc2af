"""Migration operations that only PostgreSQL has; on SQLite they do nothing."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.state import ProjectState


class PostgresSQL(RunSQL):
    """SQL for PostgreSQL; the model state does not know of it."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run the SQL where there is PostgreSQL."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, *args: Any, **kwargs: Any) -> None:
        """Undo it where there is PostgreSQL."""
        schema_editor: BaseDatabaseSchemaEditor = args[1] if len(args) > 1 else kwargs["schema_editor"]
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(*args, **kwargs)
