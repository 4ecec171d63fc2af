"""What infrastructure lets await people behind the bell."""

from typing import Final

from console.news import NotificationKind

NOTIFICATIONS: Final[tuple[NotificationKind, ...]] = ()
