"""What billing adds to pages of others: the side bar, the settings, the overview, the check list, the admin."""


def register() -> None:
    """Add them all."""
