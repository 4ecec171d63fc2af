"""What support does when apps below say that something happened."""

from support.receivers import directory, ends, tickets

__all__ = ["directory", "ends", "tickets"]
