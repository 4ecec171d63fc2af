"""Every operation of the API with the keys of everybody, against the table that was typed by hand."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import QuerySet

from audit.models import Event
from billing.models import Account
from console.api.urls import api
from organizations.actions import add_domain, suspend_organization
from organizations.actors import Actor
from organizations.models import ApiKey, Organization
from projects.levels import Level
from projects.models import Project, RoleGroup, Service
from projects.models.grant import set_person_level
from support.models import Attachment, Ticket
from tests.access.api_table import OPERATIONS, SIGNED, Operation
from tests.access.project_table import LEVELS
from tests.access.table import PEOPLE, ROLES, WITHHELD
from tests.access.walk import furnish, ids_of
from tests.api.keying import Program, program_of, service_program
from tests.billing.making import fund, make_invoice, make_recipient
from tests.cast import Cast
from tests.infrastructure.making import make_certificate, make_engine, make_server
from tests.projects.making import make_project, make_service
from tests.support.making import make_contact, make_entitlement, make_ticket

pytestmark = pytest.mark.django_db

OPEN, FORBIDDEN, ABSENT, UNKNOWN = "open", "forbidden", "absent", "unknown key"

type Place = tuple[str, str]


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """The cast, and in each of the two organizations one of each kind that an operation is about."""
    for organization, owner in ((cast.acme, cast.olivia), (cast.rival, cast.rita)):
        furnish(organization, owner, cast.sam)
        make_service(make_project(organization, f"website-of-{organization.slug}"))
        fund(organization, 5_000)
        make_recipient(organization)
        make_invoice(organization)
        make_server(organization)
        attached(make_ticket(organization, raised_by=None))
        make_contact(organization)
        make_entitlement(organization)
        make_certificate(organization)
        make_engine(
            organization, config={"host": "10.0.0.1", "port": 5432, "database": "data", "user": "me", "tls": "require"}
        )
    return cast


def attached(ticket: Ticket) -> None:
    """A file of the ticket, which no storage has."""
    file = {"name": "log.txt", "content_type": "text/plain", "size": 1, "file": f"support/{ticket.pk}"}
    Attachment.objects.create(message=ticket.messages.get(), **file)


def ids(organization: Organization, program: Program) -> dict[str, Any]:
    """What stands in paths: of the organization, the newest of each kind, and the program's own key."""
    found = ids_of(organization)
    events = Event.objects.filter(organization_id=organization.pk)
    project = organization.projects.get()
    in_project = {"project": project.slug, "service": project.services.get().pk}
    account = organization.billing_account
    of_money = {
        "payment": account.payments.latest("id").pk,
        "recipient": account.recipients.get().pk,
        "invoice": account.invoices.get().number,
    }
    others = {"request": found["join"], "event": events.latest("id").pk, "key": program.key.pk}
    return {
        **found,
        **in_project,
        **of_money,
        "contact": organization.contacts.get().pk,
        "entitlement": organization.entitlements.get().pk,
        **others,
        "ticket": organization.tickets.get().pk,
        "attachment": Attachment.objects.get(message__ticket__organization=organization).pk,
        "server": organization.servers.get().pk,
        "certificate": organization.certificates.get().pk,
        "engine": organization.storage_engines.get().pk,
    }


def outcome(program: Program, place: Place, found: dict[str, Any]) -> str:
    """What the answer means; whatever it changed is undone."""
    method, path = place
    with transaction.atomic():
        answer = program.send(method, path.format(**found), OPERATIONS[place].body)
        transaction.set_rollback(True)
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    return {401: UNKNOWN, 403: FORBIDDEN, 404: ABSENT}.get(answer.status_code, OPEN)


def deviations(
    program: Program, organization: Organization, expected: Callable[[Place, Operation], str]
) -> list[tuple[Place, str]]:
    """Where an operation answered otherwise than the table says."""
    found = ids(organization, program)
    answers = {place: outcome(program, place, found) for place in OPERATIONS}
    return [
        (place, answers[place])
        for place, operation in OPERATIONS.items()
        if answers[place] != expected(place, operation)
    ]


def for_holder(held: set[str]) -> Callable[[Place, Operation], str]:
    """What is open to a key that may do this much."""

    def expected(place: Place, operation: Operation) -> str:
        if operation.in_project and "view_projects" not in held:
            return ABSENT
        if operation.of_others and operation.of_others not in held:
            return ABSENT
        if not operation.is_open(held):
            return FORBIDDEN
        # Nobody came with a token.
        return ABSENT if place[1] == "/tokens/current" else OPEN

    return expected


def test_every_operation_stands_in_the_table() -> None:
    """A new one must be entered in tests/access/api_table.py by somebody who thought about who may use it."""
    described = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    there = {
        (method.upper(), re.sub(r"{[^}]*}", "{}", path.removeprefix("/api/v1")))
        for path, methods in described.items()
        for method in methods
        if method != "head"
    }
    assert there == {(method, re.sub(r"{[^}]*}", "{}", path)) for method, path in OPERATIONS.keys() | SIGNED}
    signed = {
        (method.upper(), re.sub(r"{[^}]*}", "{}", path.removeprefix("/api/v1")))
        for path, methods in described.items()
        for method, operation in methods.items()
        if method != "head" and "security" in operation
    }
    assert signed == {(method, re.sub(r"{[^}]*}", "{}", path)) for method, path in SIGNED}


# A key asks as its member does, whom tests/access/test_walk.py shows in each role.
@pytest.mark.parametrize(
    "role", [pytest.param(role, marks=pytest.mark.long if role in {"admin", "billing"} else []) for role in ROLES]
)
def test_a_members_key_may_do_what_the_role_may(furnished: Cast, role: str) -> None:
    program = program_of(furnished.roles[role], furnished.acme)
    assert deviations(program, furnished.acme, for_holder(ROLES[role])) == []


def test_a_limited_key_may_do_no_more_than_it_says_nor_than_its_member(furnished: Cast) -> None:
    some = {"view_organization", "view_members", "invite_members", "revoke_invitations", "close_organization"}
    owners = program_of(furnished.olivia, furnished.acme, permissions=some)
    assert deviations(owners, furnished.acme, for_holder(some - {"close_organization"})) == []
    members = program_of(furnished.mia, furnished.acme, permissions=some)
    assert members.get("/key").json()["permissions"] == ["view_members", "view_organization"]


def test_a_service_key_may_do_what_it_says(furnished: Cast) -> None:
    program = service_program(furnished.acme)
    held = ROLES["admin"]
    assert deviations(program, furnished.acme, for_holder(held)) == []


def test_in_a_restricted_project_a_grant_counts_as_its_level_says(furnished: Cast) -> None:
    """For who was granted nothing it is not there; limited and service keys: tests/api/test_projects.py."""
    project = furnished.acme.projects.get()
    Project.objects.filter(pk=project.pk).update(visibility="restricted")
    mias, member = program_of(furnished.mia, furnished.acme), ROLES["member"] - {"view_projects"}
    there = {place: operation for place, operation in OPERATIONS.items() if operation.in_project}
    assert in_project(mias, there, member) == []
    for level, allowed in LEVELS.items():
        set_person_level(project, furnished.mia.user.pk, Level(level))
        assert in_project(mias, there, member | allowed) == [], level


def in_project(program: Program, there: dict[Place, Operation], held: set[str]) -> list[tuple[Place, str]]:
    """Where an operation in the organization's project answered otherwise than who holds this much there may expect."""
    found, expected = ids(program.key.organization, program), for_holder(held)
    answers = {place: outcome(program, place, found) for place in there}
    return [
        (place, answers[place]) for place, operation in there.items() if answers[place] != expected(place, operation)
    ]


def test_a_suspension_narrows_keys_too(furnished: Cast) -> None:
    owners, service = program_of(furnished.olivia, furnished.acme), service_program(furnished.acme)
    suspend_organization(organization=furnished.acme, reason="staff", by=Actor.system())
    assert deviations(owners, furnished.acme, for_holder(ROLES["owner"] - WITHHELD["staff"])) == []
    assert service.get("/key").json()["permissions"] == sorted(ROLES["admin"] - WITHHELD["staff"])
    Organization.objects.filter(pk=furnished.acme.pk).update(suspended_for="unfunded")
    assert owners.get("/key").json()["permissions"] == sorted(ROLES["owner"] - WITHHELD["unfunded"])
    assert service.get("/key").json()["permissions"] == sorted(ROLES["admin"] - WITHHELD["unfunded"])


def test_in_a_personal_account_there_are_no_people(furnished: Cast) -> None:
    personal = furnished.olivia.user.personal_account
    program = program_of(furnished.olivia, personal)
    domain = add_domain(organization=personal, name="olivia.example", by=furnished.olivia.actor(personal))
    found = {**ids(furnished.acme, program), "event": uuid4(), "settings": domain.pk}
    answers = {place: outcome(program, place, found) for place in OPERATIONS}
    # Of what is another organization's nothing is there.
    nouns = (
        "event",
        "payment",
        "recipient",
        "invoice",
        "ticket",
        "contact",
        "entitlement",
        "certificate",
        "engine",
        "server",
    )
    for noun in nouns:
        theirs = {place for place in OPERATIONS if f"{{{noun}}}" in place[1]}
        assert {answers.pop(place) for place in theirs} == {ABSENT}, noun
    expected = {place: OPEN if operation.in_personal else ABSENT for place, operation in OPERATIONS.items()}
    assert answers == {place: expected[place] for place in answers}
    assert program.get("/key").json()["permissions"] == sorted(ROLES["owner"] - PEOPLE)


def money_of(organization: Organization) -> list[QuerySet[Any]]:
    """What hangs on an organization's account."""
    account = organization.billing_account
    return [account.payments.all(), account.recipients.all(), account.invoices.all(), account.entries.all()]


def snapshot(organization: Organization) -> list[Any]:
    """Whatever an operation may change there."""
    return [
        Organization.objects.filter(pk=organization.pk).values().get(),
        list(organization.memberships.order_by("id").values()),
        list(organization.invitations.order_by("id").values()),
        list(organization.invitation_batches.order_by("id").values()),
        list(organization.join_requests.order_by("id").values()),
        list(organization.custom_roles.order_by("id").values("id", "name", "permissions")),
        list(ApiKey.objects.filter(organization=organization).order_by("id").values("id", "secret", "revoked_at")),
        list(organization.projects.order_by("id").values()),
        list(Service.objects.filter(project__organization=organization).order_by("id").values()),
        list(RoleGroup.objects.filter(organization=organization).values("pk")),
        Account.objects.filter(pk=organization.pk).values().get(),
        *(list(rows.order_by("pk").values()) for rows in money_of(organization)),
    ]


def test_ids_of_another_organization_are_not_there_and_nothing_of_it_changes(furnished: Cast) -> None:
    """As an id that was never given, in whatever operation, whoever asks."""
    ritas = program_of(furnished.rita, furnished.rival)
    before = snapshot(furnished.rival)
    foreign = ids(furnished.rival, ritas)
    nobodys = {name: uuid4() for name in foreign}
    for program in (program_of(furnished.olivia, furnished.acme), service_program(furnished.acme)):
        for (method, path), operation in OPERATIONS.items():
            if "{" not in path:
                continue
            theirs = program.send(method, path.format(**foreign), operation.body)
            made_up = program.send(method, path.format(**nobodys), operation.body)
            assert (theirs.status_code, theirs.json()["code"]) == (404, "not-found"), (method, path)
            assert {**theirs.json(), "request_id": ""} == {**made_up.json(), "request_id": ""}
    assert snapshot(furnished.rival) == before


def test_another_members_key_is_not_there(furnished: Cast) -> None:
    """Not for an owner either: whose it is ends it on the member's line, by hand."""
    olivias, mias = (program_of(p, furnished.acme) for p in (furnished.olivia, furnished.mia))
    service = service_program(furnished.acme, permissions={"view_organization", "view_members"})
    for program, key in ((olivias, mias.key), (mias, olivias.key), (mias, service.key), (service, mias.key)):
        for suffix, body in (("", None), ("/rotation", {}), ("/revocation", {}), ("/secret", None)):
            assert program.send("POST" if suffix else "GET", f"/api-keys/{key.pk}{suffix}", body).status_code == 404
        assert key.pk not in {one["id"] for one in program.get("/api-keys").json()["items"]}
    # The organization's own are there for who manages them.
    assert olivias.get(f"/api-keys/{service.key.pk}").json()["kind"] == "service"


def test_a_denial_says_which_key(furnished: Cast) -> None:
    program = program_of(furnished.mia, furnished.acme)
    program.post("/invitations", {"email": "new.comer@example.com", "role": "member"})
    event = Event.objects.filter(outcome="denied").get()
    assert (event.action, event.actor_id, event.key_id, event.after) == (
        "permission.denied", furnished.mia.user.pk, program.key.pk, {"code": "invite_members"},
    )  # fmt: skip
