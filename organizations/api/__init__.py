"""The operations of organizations and their people in the API."""

from ninja import Router

from organizations.api import organization

router = Router()
for noun in (organization,):
    router.add_router("", noun.operations.router)
