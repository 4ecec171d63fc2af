"""The operations of projects, and of what runs in them, in the API."""

from ninja import Router

from projects.api import access, catalogue, changes, projects, provisioning, regions, services

router = Router()
# In the order in which the reference tells of them.
for noun in (projects, access, services, changes, catalogue, regions, provisioning):
    router.add_router("", noun.operations.router)
