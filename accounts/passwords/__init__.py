"""What a password must be, and how strong one is."""
