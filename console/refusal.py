"""What an action raises when the data does not allow it."""

from typing import Any

from django.core.exceptions import ValidationError


class Refused(ValidationError):
    """An action was refused: ``code`` for programs, a sentence that a person can act on, and the field it is about.

    ``field`` is the name of the action's argument that caused it, or None where no single one did.
    """

    def __init__(
        self, message: Any, *, code: str, field: str | None = None, params: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message, code=code, params=params)
        self.field = field
