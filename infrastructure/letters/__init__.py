"""Mails about infrastructure."""
