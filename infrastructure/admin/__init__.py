"""Infrastructure for staff."""

from infrastructure.admin import certificates, engines, servers

__all__ = ["certificates", "engines", "servers"]
