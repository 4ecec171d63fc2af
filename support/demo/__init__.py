"""The demo's support: levels, products, entitlements, contacts, tickets in every state, and a customer who may come."""

from collections.abc import Iterator

from django.db import transaction

from organizations import policies
from support.demo.building import build_support
from support.demo.catalogue import make_catalogue
from support.demo.customers import import_customers
from support.demo.scenes import SCENES
from support.models import SupportLevel


def build() -> Iterator[str]:
    """Make what the policy in force shows, whole or not at all, unless there are support levels already."""
    policy = policies.current()
    if not SupportLevel.objects.exists():
        with transaction.atomic():
            make_catalogue()
            for one in SCENES[policy.key]:
                build_support(one)
            if policy.recreates_customers:
                import_customers(policy)
    yield from ()
