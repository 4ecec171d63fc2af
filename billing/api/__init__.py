"""The operations of billing in the API."""

from ninja import Router

from billing.api import entries, invoices, methods, usage

router = Router()
# In the order in which the reference tells of them.
for noun in (entries, methods, usage, invoices):
    router.add_router("", noun.operations.router)
