"""The operations of support in the API."""

from ninja import Router

from support.api import contacts, entitlements, tickets

router = Router()
# In the order in which the reference tells of them.
for noun in (tickets, contacts, entitlements):
    router.add_router("", noun.operations.router)
