"""Migration operations for one of the engines; on the other they do nothing."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunSQL
from django.db.migrations.state import ProjectState


class _EngineSQL(RunSQL):
    """SQL for the engine ``vendor``; the model state does not know of it."""

    vendor = ""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Run the SQL where there is that engine."""
        if schema_editor.connection.vendor == self.vendor:
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, *args: Any, **kwargs: Any) -> None:
        """Undo it where there is that engine."""
        schema_editor: BaseDatabaseSchemaEditor = args[1] if len(args) > 1 else kwargs["schema_editor"]
        if schema_editor.connection.vendor == self.vendor:
            super().database_backwards(*args, **kwargs)


class PostgresSQL(_EngineSQL):
    """SQL for PostgreSQL."""

    vendor = "postgresql"


class SqliteSQL(_EngineSQL):
    """SQL for SQLite. A later migration that alters the table makes it anew: its triggers are to be made again."""

    vendor = "sqlite"
