"""The operations of organizations and their people in the API."""

from ninja import Router

from organizations.api import (
    domains,
    events,
    invitation_batches,
    invitations,
    join_requests,
    keys,
    members,
    organization,
    own_key,
    roles,
    tokens,
)

router = Router()
# In the order in which the reference tells of them.
for noun in (
    own_key,
    tokens,
    organization,
    members,
    roles,
    invitations,
    invitation_batches,
    join_requests,
    domains,
    keys,
    events,
):
    router.add_router("", noun.operations.router)
