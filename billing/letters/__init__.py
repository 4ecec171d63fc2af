"""Mails about money."""
