"""A mail as the provider hands it over to us, read with nothing taken for granted."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses
from typing import Any, Final, Self

from console.text import one_line
from support.reply_addresses import own_domain

# Of a Message-ID, and of one mail; what a program made up is not read to its end.
LONGEST_ID: Final = 255
LONGEST_HEADER: Final = 1000
RECIPIENTS: Final = 100
FILES: Final = 50
# Programs that answer by themselves say so (RFC 3834, 5), or write to many (RFC 2919).
_SAID_BY_PROGRAMS: Final = ("list-id", "x-autoreply", "x-autorespond", "x-auto-reply", "x-loop")
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
# As outbox.backends.as_mail and support.letters.threads make them.
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One mail. ``mail_id``: its Message-ID, or what stands for it; ``sender``: the one address that it is from.

    ``files``: names and contents; ``headers``: by their names in small letters; ``is_authentic``: False where the
    provider knows that the sender is forged (DMARC, RFC 7489).
    """

    mail_id: str
    sender: str
    recipients: tuple[str, ...]
    text: str
    files: tuple[tuple[str, bytes], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    is_authentic: bool = True

    @classmethod
    def read(cls, data: Any, *, handed_over_as: str) -> Self:
        """Read what was handed over as JSON (docs/support.md); raises ValueError for what is no mail.

        ``handed_over_as``: the id of the hand-over, which stands for the Message-ID of a mail that has none.
        """
        if not isinstance(data, dict):
            raise ValueError("A mail is an object.")  # noqa: TRY004 -- what was sent is wrong, not our code
        said = _text(data, "from")
        senders = [address for _name, address in getaddresses([said]) if address] if len(said) <= LONGEST_HEADER else []
        return cls(
            mail_id=_mail_id(_text(data, "message_id", "") or f"handed over as {handed_over_as}"),
            # Two senders are none that can be proven.
            sender=senders[0] if len(senders) == 1 else "",
            recipients=tuple(_texts(data, "to")),
            text=_text(data, "text", ""),
            files=tuple(_file(one) for one in _list(data, "attachments")[:FILES]),
            headers=_headers(data.get("headers") or {}),
            is_authentic=_flag(data, "authentic"),
        )

    @property
    def is_automatic(self) -> bool:
        """Whether a program has sent it, so that an answer of ours would go in circles: an absence, a list, or we."""
        submitted = self.headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
        precedence = self.headers.get("precedence", "").strip().lower()
        is_said = any(self.headers.get(name) for name in _SAID_BY_PROGRAMS)
        return submitted not in {"", "no"} or precedence in _BULK or is_said or self._is_ours

    @property
    def _is_ours(self) -> bool:
        return bool(re.fullmatch(f"<(ticket-)?{_UUID}@{re.escape(own_domain())}>", self.mail_id))


def _mail_id(text: str) -> str:
    line = one_line(text, len(text) or 1)
    return line if len(line) <= LONGEST_ID else f"sha256:{hashlib.sha256(line.encode()).hexdigest()}"


def _headers(data: Any) -> dict[str, str]:
    if not isinstance(data, dict):
        raise ValueError("headers is an object.")  # noqa: TRY004 -- as above
    return {str(name).lower(): _clean(str(value))[:LONGEST_HEADER] for name, value in data.items()}


def _file(data: Any) -> tuple[str, bytes]:
    if not isinstance(data, dict):
        raise ValueError("An attachment is an object.")  # noqa: TRY004 -- as above
    try:
        content = base64.b64decode(_text(data, "content_base64"), validate=True)
    except binascii.Error:
        raise ValueError("content_base64 is not base64.") from None
    return _text(data, "name", ""), content


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    values = _list(data, key)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{key} is a list of texts.")
    return [_clean(value)[:LONGEST_HEADER] for value in values[:RECIPIENTS]]


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"{key} is a list.")  # noqa: TRY004 -- as above
    return value


def _text(data: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = data.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise ValueError(f"{key} is a text.")  # noqa: TRY004 -- as above
    return _clean(value)


def _flag(data: Mapping[str, Any], key: str) -> bool:
    """A yes, which is also what is not said; anything but a yes and a no is refused, for it may mean a no."""
    value = data.get(key)
    if value is not None and not isinstance(value, bool):
        raise ValueError(f"{key} is true or false.")
    return value is not False


def _clean(text: str) -> str:
    """``text`` without halves of characters, which JSON may hold and nothing else can (RFC 8259, 8.2)."""
    return text.encode("utf-8", "replace").decode()
