"""Support for staff."""

from support.admin import contacts, customers, entitlements, registrations, tickets

__all__ = ["contacts", "customers", "entitlements", "registrations", "tickets"]
