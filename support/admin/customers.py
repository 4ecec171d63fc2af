"""The directory of customers for staff."""
