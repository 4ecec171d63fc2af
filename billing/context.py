"""What every page's frame knows of billing."""

from typing import Any

from django.http import HttpRequest

from billing import gateways


def payments(_request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``payments_are_real()``, asked by pages of billing alone: whether money moves here."""
    return {"payments_are_real": lambda: gateways.current().is_real}
