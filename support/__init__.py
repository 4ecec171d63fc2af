"""Contacts, entitlements, tickets, and the directory of customers (text 003)."""
