"""What organizations and people take along of support, and what is left of it when they end."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import User
from accounts.signals import exporting
from organizations.actions.closing_work import end_closed_organizations
from organizations.models import Organization
from support.actions.attachments import attach
from support.files.storing import store
from support.models import Contact, Entitlement, Message, Ticket
from tests.cast import Cast
from tests.organizations.owning import download_path, exported, opened
from tests.support.making import make_contact, make_entitlement, make_ticket

pytestmark = pytest.mark.django_db

FORMULA = "=cmd|' /C calc'!A0"


def with_file(ticket: Ticket) -> str:
    """Give a ticket's first message a file; its name in the storage."""
    kept = store(ContentFile(b"It says nothing.", name="log.txt"))
    attach(ticket.messages.get(), [kept])
    return kept.file


def test_the_export_of_an_organization_has_its_support_and_no_notes_of_staff(cast: Cast) -> None:
    make_contact(cast.acme, FORMULA)
    bought = make_entitlement(cast.acme, number="E-1")
    ticket = make_ticket(cast.acme, cast.mia.user, FORMULA, entitlement=bought)
    with_file(ticket)
    Message.objects.create(
        ticket=ticket, author_name="Stella", body="They never paid.", is_staff=True, is_internal=True
    )
    make_ticket(cast.rival, cast.rita.user, "Theirs")
    archive = opened(cast.adam.client.get(download_path(exported(cast.acme, cast.adam))))

    def rows(subject: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(archive.read(f"{subject}.json"))
        return found

    (listed,) = rows("tickets")
    assert (listed["raised_by_email"], listed["entitlement_number"]) == ("mia.member@example.com", "E-1")
    assert [message["body"] for message in rows("ticket_messages")] == ["It says nothing."]
    assert [(file["name"], file["ticket_number"]) for file in rows("ticket_attachments")] == [("log.txt", 1)]
    assert [one["families"] for one in rows("entitlements")] == [["databases"]]
    assert f"'{FORMULA}" in archive.read("contacts.csv").decode()
    everything = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    assert "They never paid." not in everything
    assert "Theirs" not in everything


def test_a_person_takes_along_what_they_asked(cast: Cast) -> None:
    ticket = make_ticket(cast.acme, cast.mia.user)
    make_ticket(cast.acme, cast.olivia.user, "Hers")
    found: dict[str, list[dict[str, Any]]] = {}
    exporting.send(sender=User, user=cast.mia.user, add=lambda subject, rows: found.update({subject: list(rows)}))
    assert [one["title"] for one in found["tickets_raised"]] == [ticket.title]
    assert [(one["body"], one["organization_id"]) for one in found["ticket_messages_written"]] == [
        ("It says nothing.", cast.acme.pk)
    ]


def test_nothing_stays_of_an_organization_that_is_closed_for_good(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept = with_file(make_ticket(cast.acme, cast.mia.user))
    make_contact(cast.acme)
    make_entitlement(cast.acme)
    make_ticket(cast.rival, cast.rita.user)
    cast.olivia.client.post("/o/acme/settings/closing/", {"name": "Acme", "acknowledged": "on"})
    assert Organization.objects.get(pk=cast.acme.pk).is_closed
    later = timezone.now() + timedelta(days=400)
    with time_machine.travel(later), django_capture_on_commit_callbacks(execute=True):
        end_closed_organizations()
    assert not Contact.objects.exists()
    assert not Entitlement.objects.exists()
    assert [ticket.organization for ticket in Ticket.objects.all()] == [cast.rival]
    assert not default_storage.exists(kept)


def test_a_personal_accounts_files_go_with_it_and_a_name_with_its_person(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    own = with_file(make_ticket(cast.mia.user.personal_account, cast.mia.user))
    asked = make_ticket(cast.acme, cast.mia.user)
    with django_capture_on_commit_callbacks(execute=True):
        close_account(user=cast.mia.user, by=cast.mia.actor())
    assert not default_storage.exists(own)
    asked.refresh_from_db()
    assert (asked.raised_by, "Mia" in asked.asker) == (None, False)
