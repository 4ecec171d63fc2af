"""Certificates for staff."""
