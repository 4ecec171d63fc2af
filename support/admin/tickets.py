"""Tickets for staff."""
