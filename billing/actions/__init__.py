"""What people, workers and gateways do to money.

Each takes ``by``, an Actor; is atomic; locks the organization and its account before it decides (locking.py); writes an
event; and returns the row. Funds change by `ledger.book` alone, and whoever has called it calls `standing.review` then.
"""
