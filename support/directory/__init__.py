"""The directory of customers: reading what staff give in, saying what it changes, and doing it (text 003)."""
