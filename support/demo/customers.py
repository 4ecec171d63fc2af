"""A customer of the demo's directory: who signs in as its administrator finds the organization there (text 003)."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organizations.actors import Actor
from organizations.demo.scene import address_of
from organizations.policies import Policy
from support.actions.customers import apply_import, give_in
from support.demo.catalogue import PREMIUM
from support.entitlement_rows import today

# Under `percona` she is in no organization yet: her first sign-in makes this one.
ADMINISTRATOR = "Nora Newcomer"


def import_customers(policy: Policy) -> None:
    """Give a file in, and apply it, as staff do."""
    content = json.dumps({"customers": [_customer(policy)]})
    given = give_in(name="customers.json", content=content, by=Actor.system())
    apply_import(pk=given.pk, by=Actor.system())


def _customer(policy: Policy) -> dict[str, Any]:
    least, before = policy.roles[-1].key, timezone.now() - timedelta(days=3)
    return {
        "key": "C-1001",
        "name": "Nimbus Analytics",
        "people": [
            {"email": address_of(ADMINISTRATOR), "name": ADMINISTRATOR, "administrator": True},
            {"email": "tom.nimbus@example.com", "name": "Tom Nimbus", "role": least},
            {"email": "una.nimbus@example.com", "name": "Una Nimbus", "role": least},
        ],
        "contacts": [
            {"key": "K-1", "name": "Una Nimbus", "duty": "Technical contact", "email": "una.nimbus@example.com"},
            {
                "key": "K-2", "side": "company", "name": "Karla Keller", "duty": "Account manager",
                "email": "karla@example.org",
            },
        ],
        "entitlements": [
            {
                "key": "E-1", "number": "S-3001", "name": "Support for databases", "tier": "Premium", "units": 8,
                "unit": "nodes", "level": PREMIUM, "starts_on": f"{today() - timedelta(days=100)}",
                "ends_on": f"{today() + timedelta(days=265)}", "families": ["databases"],
            }
        ],
        "tickets": [
            {
                "key": "T-1", "title": "Slow queries since Monday", "product": "postgresql", "priority": "high",
                "state": "answered", "raised_by": "tom.nimbus@example.com", "created_at": before.isoformat(),
                "messages": [
                    {"author": "Tom Nimbus", "body": "Reports take twice as long.", "created_at": before.isoformat()},
                    {
                        "author": "Sara", "is_staff": True, "body": "Which of them? Please send us one.",
                        "created_at": (before + timedelta(hours=2)).isoformat(),
                    },
                ],
            }
        ],
    }  # fmt: skip
