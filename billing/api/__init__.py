"""The operations of billing in the API."""

from ninja import Router

from billing.api import details, entries, invoices, methods, overview, payments, plans, usage

router = Router()
# In the order in which the reference tells of them.
for noun in (overview, entries, usage, plans, payments, methods, invoices, details):
    router.add_router("", noun.operations.router)
