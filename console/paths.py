"""Which addresses are pages of this console."""

from django.utils.http import url_has_allowed_host_and_scheme


def is_own_path(address: str) -> bool:
    """Whether a browser that is sent to ``address`` stays on this console: only a path, of no host (ATTACKS 18).

    Browsers read `//evil.example`, and the same with backslashes or tabs in it, as another host.
    """
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
