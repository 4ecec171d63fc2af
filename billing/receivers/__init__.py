"""What billing does when apps below say that something happened."""

from billing.receivers import ends, exports, invoices, usage

__all__ = ["ends", "exports", "invoices", "usage"]
