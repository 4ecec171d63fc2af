"""Static files of a deployment: hashed names, compressed, two style sheets and one script instead of many."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any, override

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

# How a file is imported, and what its text becomes in the bundle: a cascade layer, or a scope of its own.
LAYERED = r'^@import url\("(?P<file>[^"]+)"\) layer\((?P<layer>\w+)\);$', "@layer {layer} {{\n{text}\n}}"
STYLES = "css/console.css", *LAYERED
LATER_STYLES = "css/later.css", *LAYERED
SCRIPTS = "js/console.js", r'^import "\./(?P<file>[^"]+)";$', "{{\n{text}\n}}"
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
JS_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)

type Paths = dict[str, tuple[Any, str]]


class BundledStaticStorage(CompressedManifestStaticFilesStorage):
    """Puts what ``css/console.css``, ``css/later.css`` and ``js/console.js`` import into them.

    While developing, the browser follows the imports; a deployment pays one request for each before it is ready.
    """

    @override
    def post_process(self, paths: Paths, *args: Any, **options: Any) -> Iterator[Any]:
        """Bundle, then hash and compress as the parents do."""
        if STYLES[0] in paths:
            paths = paths | {
                STYLES[0]: (_Made(pack_styles(bundle(paths, *STYLES))), STYLES[0]),
                LATER_STYLES[0]: (_Made(pack_styles(bundle(paths, *LATER_STYLES))), LATER_STYLES[0]),
                SCRIPTS[0]: (_Made(pack_script(bundle(paths, *SCRIPTS))), SCRIPTS[0]),
            }
        processed: Iterator[Any] = super().post_process(paths, *args, **options)
        return processed


class _Made:
    """A source of one file, as ``post_process`` wants to read it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def open(self, name: str) -> "File[bytes]":
        return ContentFile(self.text.encode(), name)


def bundle(paths: Paths, entry: str, pattern: str, frame: str) -> str:
    """Return the text of ``entry`` with each import that ``pattern`` finds replaced by what it names, in ``frame``."""

    def inline(match: re.Match[str]) -> str:
        text = read(paths, posixpath.join(posixpath.dirname(entry), match["file"]))
        return frame.format(text=text, **match.groupdict())

    return re.sub(pattern, inline, read(paths, entry), flags=re.MULTILINE)


def pack_styles(text: str) -> str:
    """Return CSS without comments, indents, and spaces that only people need."""
    text = re.sub(r"\s*\n\s*", "\n", CSS_COMMENT.sub("", text))
    text = re.sub(r"\n?([{};])\n?", r"\1", text).replace(";}", "}")
    return text.replace(" {", "{").replace(": ", ":").replace(", ", ",").strip()


def pack_script(text: str) -> str:
    """Return JavaScript without comment lines and indents; its line breaks stay, since they may end statements."""
    return re.sub(r"\s*\n\s*", "\n", JS_COMMENT.sub("", text)).strip()


def read(paths: Paths, name: str) -> str:
    """Return the text of a collected file, from where it was found."""
    storage, path = paths[name]
    with storage.open(path) as file:
        content: bytes = file.read()
    return content.decode()
