"""Certificates, storage engines and monitoring servers of organizations (texts 000, 001 and 003)."""
