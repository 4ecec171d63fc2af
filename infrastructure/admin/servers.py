"""Servers for staff."""
