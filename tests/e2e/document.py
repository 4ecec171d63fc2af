"""A page as a tree, for who reads it without a browser: elements, their words, and what they are called."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import override

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNREAD = {"script", "style", "svg", "template"}


@dataclass(eq=False)
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute; empty where there is none."""
        return self.attributes.get(name, "")

    def below(self) -> Iterator["Element"]:
        """The element, and all in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.below()

    def above(self) -> Iterator["Element"]:
        """What the element is in, the nearest first."""
        outer = self.parent
        while outer is not None:
            yield outer
            outer = outer.parent

    def where(self, holds: Callable[["Element"], bool]) -> list["Element"]:
        """What of it, itself included, is so."""
        return [element for element in self.below() if holds(element)]

    @property
    def words(self) -> str:
        """What it says, on one line."""
        return " ".join("".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        """Its pieces of text, as they stand in the source."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in _UNREAD and child.get("aria-hidden") != "true":
                yield from child.texts()

    @property
    def name(self) -> str:
        """What a link or a button is called."""
        return self.get("aria-label") or self.words or self.get("title")

    def is_in_a_menu(self) -> bool:
        """Whether it is seen only once a menu or a dialog was opened."""
        return any("popover" in outer.attributes or outer.tag == "dialog" for outer in self.above())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._here = Element("document")

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.children.append(element)
        if tag not in _VOID:
            self._here = element

    @override
    def handle_endtag(self, tag: str) -> None:
        ended = next((outer for outer in (self._here, *self._here.above()) if outer.tag == tag), None)
        if ended is not None and ended.parent is not None:
            self._here = ended.parent

    @override
    def handle_data(self, data: str) -> None:
        self._here.children.append(data)


def parse(source: str) -> Element:
    """The tree of a page that closes what it opens, as ours do (tests/e2e/test_html.py)."""
    builder = _Builder()
    builder.feed(source)
    return builder.root
