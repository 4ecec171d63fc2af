"""What infrastructure does when apps below say that something happened."""

from infrastructure.receivers import certificates, ends

__all__ = ["certificates", "ends"]
