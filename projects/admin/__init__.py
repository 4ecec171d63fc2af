"""Projects and the catalogue for staff."""
