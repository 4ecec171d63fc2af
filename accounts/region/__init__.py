"""Countries and time zones, in the reader's language."""
