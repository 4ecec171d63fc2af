"""Money for staff."""
