"""Static files of a deployment: hashed names, compressed, and one style sheet instead of thirty."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/console.css"
IMPORT = re.compile(r'^@import url\("(?P<file>[^"]+)"\) layer\((?P<layer>\w+)\);$', re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s*\n\s*")

type Paths = dict[str, tuple[Any, str]]


class BundledStaticStorage(CompressedManifestStaticFilesStorage):
    """Puts the files that ``css/console.css`` imports into it, each in its cascade layer.

    While developing, the browser follows the imports; a deployment pays one request before first paint.
    """

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Bundle, then hash and compress as the parents do."""
        if BUNDLE in paths and not dry_run:
            paths = paths | {BUNDLE: (_Bundle(bundle(paths)), BUNDLE)}
        return super().post_process(paths, dry_run=dry_run, **options)


class _Bundle:
    """A source of one file, as ``post_process`` wants to read it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def open(self, name: str) -> File[bytes]:
        return ContentFile(self.text.encode(), name)


def bundle(paths: Paths) -> str:
    """Return the style sheet with its imports in place, without comments and indents."""

    def inline(match: re.Match[str]) -> str:
        text = read(paths, posixpath.join(posixpath.dirname(BUNDLE), match["file"]))
        return f"@layer {match['layer']} {{\n{text}\n}}"

    whole = IMPORT.sub(inline, COMMENT.sub("", read(paths, BUNDLE)))
    return SPACE.sub("\n", COMMENT.sub("", whole)).strip() + "\n"


def read(paths: Paths, name: str) -> str:
    """Return the text of a collected file, from where it was found."""
    storage, path = paths[name]
    with storage.open(path) as file:
        content: bytes = file.read()
    return content.decode()
