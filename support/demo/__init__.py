"""The demo's support."""

from collections.abc import Iterator


def build() -> Iterator[str]:
    """Make it, once."""
    yield from ()
