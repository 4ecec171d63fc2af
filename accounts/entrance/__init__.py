"""Signing up and in: what allauth asks of us, and the steps of each sign-in."""
