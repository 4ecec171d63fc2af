"""Mails about support."""
