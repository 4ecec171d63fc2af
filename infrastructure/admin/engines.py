"""Engines for staff."""
