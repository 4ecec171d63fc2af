"""Files of customers, as a company would write them, and giving them in."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from organizations.actors import Actor
from organizations.models import Organization
from support.actions.customers import apply_import, give_in
from support.directory.recreating import arrive
from support.models import DirectoryImport
from tests.cast import make_person
from tests.reading import body
from tests.support.making import make_level, make_product

ADA, TOM, TINA = "ada@example.com", "tom@example.com", "tina@example.com"


def person(email: str, role: str = "technical", **fields: Any) -> dict[str, Any]:
    """Somebody of a customer."""
    return {"email": email, "name": email.partition("@")[0].capitalize(), "role": role, **fields}


def example(**fields: Any) -> dict[str, Any]:
    """Example Industries: Ada is its administrator, Tom and Tina are of it; one of each thing."""
    return {
        "key": "C-1",
        "name": "Example Industries",
        "people": [person(ADA, "admin", administrator=True), person(TOM), person(TINA)],
        "contacts": [
            {"key": "K-1", "name": "Carla Contact", "email": "carla@example.com", "duty": "Technical contact"}
        ],
        "entitlements": [
            {
                "key": "E-1",
                "number": "2026-00017",
                "name": "Support for databases",
                "tier": "Premium",
                "units": 12,
                "unit": "nodes",
                "level": "premium",
                "starts_on": "2026-01-01",
                "ends_on": "2026-12-31",
                "families": ["databases"],
            }
        ],
        "tickets": [
            {
                "key": "T-1",
                "title": "The cluster does not start",
                "product": "database",
                "priority": "high",
                "raised_by": TOM,
                "created_at": "2026-10-01T09:00:00Z",
                "messages": [
                    {"author": "Tom", "body": "It says nothing.", "created_at": "2026-10-01T09:00:00Z"},
                    {
                        "author": "Sara",
                        "is_staff": True,
                        "body": "What does the log say?",
                        "created_at": "2026-10-01T10:30:00Z",
                    },
                ],
            }
        ],
        **fields,
    }


def written(*customers: dict[str, Any]) -> str:
    """A file of these customers."""
    return json.dumps({"customers": customers})


def look(*customers: dict[str, Any]) -> DirectoryImport:
    """What a file of these customers would change."""
    make_level("premium")
    make_product("database")
    return give_in(name="customers.json", content=written(*customers), by=Actor.system())


def give(*customers: dict[str, Any]) -> DirectoryImport:
    """Have a file of these customers applied."""
    looked = look(*customers)
    assert looked.state == "planned", looked.plan
    return apply_import(pk=looked.pk, by=Actor.system())


def lines(looked: DirectoryImport) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What a plan says: what becomes of which kind, key and fields."""
    return [
        (line["what"], line["kind"], line["key"], line["fields"])
        for customer in looked.plan["customers"]
        for line in customer["lines"]
    ]


def problems(content: str, name: str = "customers.json") -> list[tuple[str, str]]:
    """What is wrong with a file: where, and what."""
    looked = give_in(name=name, content=content, by=Actor.system())
    assert looked.state == "refused"
    assert looked.content == ""
    return [(one["where"], one["sentence"]) for one in looked.plan["problems"]]


def upload(client: Client, content: str, name: str = "customers.json") -> str:
    """Give a file in on the admin's page; the address that it leads to."""
    address = reverse("admin:support_directoryimport_give")
    response = client.post(address, {"file": SimpleUploadedFile(name, content.encode())})
    assert response.status_code == 302, body(response)
    return str(response.headers["Location"])


def recreated(**fields: Any) -> Organization:
    """The organization of Example Industries, made by Ada's coming."""
    give(example(**fields))
    ada = make_person(ADA)
    arrive(ada.user, ada.actor())
    return Organization.objects.get(name="Example Industries")
