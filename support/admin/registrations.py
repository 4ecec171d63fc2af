"""Registrations for staff."""
