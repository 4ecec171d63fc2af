"""What billing does when apps below say that something happened."""

from billing.receivers import ends, exports, usage

__all__ = ["ends", "exports", "usage"]
