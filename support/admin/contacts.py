"""Contacts for staff."""
