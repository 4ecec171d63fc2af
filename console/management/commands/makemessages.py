"""``manage.py makemessages`` that reads Jinja2 too: Django's own finds ``_("…")`` in a template only where it is alone.

Needs GNU gettext; ``bin/messages`` calls it with the options that keep our catalogues small.
"""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management.commands import makemessages
from jinja2 import Environment
from jinja2.ext import extract_from_ast

PARSER: Final = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def translatable_calls(source: str) -> str:
    """The calls of gettext in a Jinja2 template, as Python, each on the line that it stands on in the template."""
    lines = [""] * (source.count("\n") + 1)
    for number, function, message in extract_from_ast(PARSER.parse(source)):
        # One text, or several; a plural's count, and any other argument that is no text, is None here.
        arguments = message if isinstance(message, tuple) else (message,)
        lines[number - 1] += f"{function}({', '.join(repr(argument) for argument in arguments)}); "
    return "\n".join(lines)


class BuildFile(makemessages.BuildFile):
    """A file on its way to xgettext; our templates go there as the Python that Jinja2 finds in them."""

    def preprocess(self) -> None:
        """Write the file that xgettext reads."""
        if self.is_templatized and (settings.BASE_DIR / "templates") in Path(self.path).resolve().parents:
            Path(self.work_path).write_text(translatable_calls(Path(self.path).read_text()))
        else:
            super().preprocess()


class Command(makemessages.Command):
    """Django's command with our reader of templates."""

    build_file_class = BuildFile
