"""What billing does when apps below say that something happened."""

from billing.receivers import exports

__all__ = ["exports"]
