"""Support for staff."""

from support.admin import catalogue, contacts, customers, entitlements, registrations, tickets

__all__ = ["catalogue", "contacts", "customers", "entitlements", "registrations", "tickets"]
