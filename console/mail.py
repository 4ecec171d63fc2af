"""Messages whose headers stay as mail programs need them."""

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import default
from typing import Any, override

from django.core.mail import EmailMultiAlternatives


class VerbatimHeader(BaseHeader):
    """A header of one long word, an address: encoded as Python folds text, no mail program would read it."""

    parse = UnstructuredHeader.parse
    max_count = 1

    @override
    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_registry = HeaderRegistry()
_registry.map_to_type("list-unsubscribe", VerbatimHeader)


class Message(EmailMultiAlternatives):
    """A mail, with the address of its `List-Unsubscribe` on one line (RFC 2369; lines may have 998 characters)."""

    @override
    def message(self, *, policy: Any = default) -> Any:
        return super().message(policy=policy.clone(header_factory=_registry))
