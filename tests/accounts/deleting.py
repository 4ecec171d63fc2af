"""Accounts as tests delete them."""

from datetime import UTC, datetime

from django.apps import apps
from django.db import models
from django.http import HttpResponseBase
from django.test import Client

from accounts.actions import close_account
from accounts.proof import PROVEN_AT
from tests.cast import Person

PAGE = "/profile/preferences/deletion/"


def proven(person: Person) -> Client:
    """A browser in which the person has proven a moment ago who they are."""
    client = Client()
    client.force_login(person.user)
    session = client.session
    session[PROVEN_AT] = datetime.now(UTC).timestamp()
    session.save()
    return client


def delete(person: Person) -> HttpResponseBase:
    """Type the address and press the button."""
    return proven(person).post(PAGE, {"email": person.user.email})


def close(person: Person) -> None:
    close_account(user=person.user, by=person.actor())


def everywhere(*strings: str) -> list[str]:
    """Each column of each table in which one of the strings stands, in any case."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        texts = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, texts)]
        for row in model._base_manager.values(*names):
            for name, value in row.items():
                if any(string.lower() in str(value).lower() for string in strings):
                    found.append(f"{model._meta.label}.{name}: {value}")
    return found
