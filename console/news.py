"""What people are told of: kinds of notifications behind the bell, and kinds of mails that can be switched off."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.navigation import Text


@dataclass(frozen=True, kw_only=True)
class NotificationKind:
    """A kind of what awaits somebody behind the bell (accounts.models.Notification).

    ``sentence(names)``: what it says, called in the reader's language; ``action``: the verb on its button, which leads
    to the page that settles it; ``is_news``: nothing is asked, and opening or dismissing it settles it.
    """

    key: str
    label: Text
    icon: str
    sentence: Callable[[Mapping[str, str]], str]
    action: Text
    order: int
    is_news: bool = False


@dataclass(frozen=True, kw_only=True)
class MailKind:
    """A kind of mail that people may switch off; ``kinds``: the letters of it, by their names in the outbox.

    What is in none of them always comes: notices about the account's security, and what carries a link one needs.
    """

    key: str
    label: Text
    help: Text
    order: int
    kinds: tuple[str, ...]
