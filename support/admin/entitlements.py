"""Entitlements for staff."""
