"""What somebody has written in a mail that answers another: without what it quotes, and without a signature.

Our mails begin with a line above which one writes (support.letters.tickets); programs quote it with what follows, and
put a line or a few above it, in their own words and language, which say whose text comes now. Those are known by their
form. Where a program quotes nothing, only what looks like a quotation at the end is left out: rather too much stays
than too little.
"""

import re

# What the line begins with above which one writes.
MARK = "##-"
_MARKED = re.compile(r"[\s>|*]*" + re.escape(MARK))
_QUOTED = re.compile(r"\s*>")
# "-----Original Message-----", or a line drawn.
_RULE = re.compile(r"\s*(-{3,}[^-].*-{3,}|[_=*-]{8,})\s*")
# "From: …", "*Von:* …", as some programs put the head of what follows.
_FIELD = re.compile(r"\s*\*?[^\W\d_][^:\n]{0,24}:\*?\s*\S")
# "On 3 Jan 2026 at 14:05, Console <support@example.com> wrote:", in whatever language.
_WROTE = re.compile(r"(\S@\S|\b(19|20)\d\d\b).*:\s*$", re.DOTALL)
_SIGNATURE = re.compile(r"--\s?")
# Lines of such a head, at most, and characters of one.
_HEAD, _WIDE = 8, 400
# Characters that are looked at: what is new stands at the beginning, and has a tenth of them at most.
_LOOKED_AT = 200_000


def reply_of(text: str) -> str:
    """What is new in the text of a mail; empty where nothing is."""
    lines = text[:_LOOKED_AT].splitlines()
    marked = next((at for at, line in enumerate(lines) if _MARKED.match(line)), None)
    kept = _trimmed(lines if marked is None else lines[:marked])
    has_quotes = marked is not None or (bool(kept) and bool(_QUOTED.match(kept[-1])))
    end = len(kept)
    while end and (not kept[end - 1].strip() or _QUOTED.match(kept[end - 1])):
        end -= 1
    kept = kept[:end]
    if has_quotes:
        kept = _without_head(kept)
    return "\n".join(_without_signature(kept)).strip()


def _trimmed(lines: list[str]) -> list[str]:
    """The lines without empty ones at their end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _without_head(lines: list[str]) -> list[str]:
    """The lines without what a program says at their end of what it quotes next."""
    start = len(lines)
    while start and len(lines) - start <= _HEAD and _is_part(lines[start - 1]):
        start -= 1
    if _is_head(lines[start:]):
        lines = _trimmed(lines[:start])
    if lines and _is_rule(lines[-1]):
        lines = _trimmed(lines[:-1])
    return lines


def _is_part(line: str) -> bool:
    return bool(line.strip()) and len(line) <= _WIDE and not _is_rule(line)


def _is_rule(line: str) -> bool:
    return len(line) <= _WIDE and bool(_RULE.fullmatch(line))


def _is_head(lines: list[str]) -> bool:
    if not 0 < len(lines) <= _HEAD:
        return False
    fields = sum(bool(_FIELD.match(line)) for line in lines)
    return (fields >= 3 and any("@" in line for line in lines)) or bool(_WROTE.search("\n".join(lines)))  # noqa: PLR2004 -- sender, time and subject


def _without_signature(lines: list[str]) -> list[str]:
    """The lines above the last line that separates a signature (RFC 3676, 4.3), unless nothing is above it."""
    for at in range(len(lines) - 1, 0, -1):
        if _SIGNATURE.fullmatch(lines[at]) and any(line.strip() for line in lines[:at]):
            return _trimmed(lines[:at])
    return lines
