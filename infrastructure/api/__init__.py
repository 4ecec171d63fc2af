"""The operations of infrastructure in the API."""

from ninja import Router

from infrastructure.api import certificates, engines, servers

router = Router()
# In the order in which the reference tells of them.
for noun in (certificates, engines, servers):
    router.add_router("", noun.operations.router)
