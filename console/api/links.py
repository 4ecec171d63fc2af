"""Where people find the page of the API."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from console.registry import FooterLink, HelpLink


def reference(_request: Any = None) -> str:
    """The page of the API."""
    return reverse("api:docs")


HELP: Final = HelpLink(
    label=_("API reference"),
    help=_("Everything that programs may do for you, each with an example to copy."),
    icon="terminal",
    action=_("Read the reference"),
    order=25,
    address=reference,
)
FOOTER: Final = FooterLink(label=_("API"), order=15, address=reference)
