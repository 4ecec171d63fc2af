"""Names that people give to what is theirs: an organization, a role, a key, a project, a service."""

from django.utils.translation import gettext as _

from console.refusal import Refused
from console.text import is_readable, one_line


def clean_name(name: str, most: int) -> str:
    """The name on one line. Raises Refused, at the field ``name``, for one that cannot be read or is too long.

    ``most``: how many characters it may have.
    """
    cleaned = one_line(name, len(name))
    if not is_readable(cleaned):
        raise Refused(_("Give it a name that can be read."), code="name", field="name")
    if len(cleaned) > most:
        raise Refused(_("Choose a name of at most %d characters.") % most, code="name", field="name")
    return cleaned
