"""Text from people, made fit for a place that holds one line."""

import re
import unicodedata
from urllib.parse import urlsplit

# Marks that turn the direction of what follows: they can make an address or a name read as another.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(f"[{_BIDI}\ufeff]")
# Letters and signs by their category, and nothing by their look: fillers of Hangul, an empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Joiners, soft hyphens, marks that only change the letter before them.
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
# Control characters, and halves of characters, which no database takes.
_UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]+")


def one_line(text: str, length: int = 200) -> str:
    """``text`` without line breaks, control characters and marks of direction, at most ``length`` characters long.

    For subjects, headers, file names and log lines (CWE-93, and Trojan Source, CVE-2021-42574).
    """
    line = _BREAKS.sub(" ", _INVISIBLE.sub("", text)).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def is_readable(text: str) -> bool:
    """Whether there is a letter, digit or sign to be seen in ``text``: many characters draw nothing."""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _BLANK for c in text)


def few_lines(text: str, length: int) -> str:
    """``text`` line by line as `one_line` makes it, with at most one empty line in a row and ``length`` characters."""
    lines = [one_line(line, length) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:length].rstrip()


def plain_text(text: str) -> str:
    """``text`` as it was laid out, without control characters, marks of direction and blank ends.

    Other than `few_lines` it keeps what people paste: indents, tables, the lines of a log.
    """
    lines = [_UNPRINTED.sub("", _INVISIBLE.sub("", line)).rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def is_web_address(text: str) -> bool:
    """Whether ``text`` is the whole address of a page, so that a link may lead there: http or https, and a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and _BREAKS.search(text) is None


def words_of(text: str) -> list[str]:
    """The words of ``text`` as search compares them: letters and digits, folded; ``Acme-Robots!`` is two."""
    return re.findall(r"[^\W_]+", fold(text))


def search_terms(text: str) -> list[str]:
    """The words that a search asks for, without what no database takes; of a long text the first ten."""
    return _BREAKS.sub(" ", _INVISIBLE.sub("", text[:200])).split()[:10]


def look(text: str) -> str:
    """``text`` as the eye compares it: folded, and without what draws nothing. No letters of other alphabets."""
    return "".join(c for c in fold(text) if unicodedata.category(c) not in _UNSEEN and c not in _BLANK)


def fold(text: str) -> str:
    """``text`` as search and sorting compare it: on one line, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", one_line(text, len(text)).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
