"""What becomes of a service that people ask for, and who may not."""

from typing import Any

import pytest

from accounts.actions.closing import close_account
from accounts.models import Notification
from audit.models import Event
from console.refusal import Refused
from console.registry import registry
from organizations.actions import close_organization, suspend_organization
from organizations.actors import Actor
from organizations.models import Allowance, Organization
from projects.actions.services import (
    delete_service,
    note_done,
    possible_for,
    request_service,
    resize_service,
    retry_service,
    show_outputs,
    start_service,
    stop_service,
)
from projects.models import Project, Service, ServiceKind
from tests.cast import Cast
from tests.projects.conftest import Committing
from tests.projects.making import make_kind, make_project, make_region, make_service
from tests.projects.scripted import HOST, PASSWORD, Backend, Scripted

pytestmark = pytest.mark.django_db

FORM = {
    "type": "object",
    "properties": {"version": {"type": "string", "enum": ["16", "17"]}, "disk": {"type": "integer", "minimum": 10}},
    "required": ["version"],
}


def states(service: Service) -> list[str]:
    return list(service.changes.order_by("id").values_list("state", flat=True))


def ask(project: Project, kind: ServiceKind, by: Actor, **more: Any) -> Service:
    given = {"size": kind.sizes.get(key="small"), "name": "Main", "parameters": {}, **more}
    return request_service(project=project, kind=kind, by=by, **given)


@pytest.fixture
def theo(cast: Cast) -> Actor:
    return cast.theo.actor(cast.acme)


@pytest.mark.embedded
def test_it_is_requested_runs_is_stopped_started_resized_and_deleted(
    cast: Cast, project: Project, theo: Actor, committing: Committing
) -> None:
    kind = make_kind()
    with committing():
        service = ask(project, kind, theo)
    assert states(service) == ["requested", "provisioning", "running"]
    with committing():
        stop_service(service=service, by=theo)
    with committing():
        start_service(service=service, by=theo)
    with committing():
        resize_service(service=service, size=kind.sizes.get(key="large"), by=theo)
    service.refresh_from_db()
    assert (service.state, service.size.key) == ("running", "large")
    with committing():
        delete_service(service=service, by=theo)
    assert states(service)[3:] == [
        "stopping",
        "stopped",
        "provisioning",
        "running",
        "provisioning",
        "running",
        "stopping",
        "deleted",
    ]
    assert not service.outputs.exists()
    asked = list(service.changes.exclude(by=None).values_list("by__email", flat=True))
    assert asked == ["theo.tech@example.com"] * 5
    assert set(Event.objects.filter(target_id=service.pk).values_list("action", flat=True)) == {
        "service.requested",
        "service.stopped",
        "service.started",
        "service.resized",
        "service.deleted",
        "service.settled",
    }
    # The name is free again.
    assert ask(project, kind, theo).name == "Main"


def test_a_password_is_shown_once_and_written_down(
    cast: Cast, project: Project, theo: Actor, committing: Committing
) -> None:
    with committing():
        service = ask(project, make_kind(), theo)
    password = service.outputs.get(name="password")
    assert (password.value, password.is_secret, password.shown_once) == ("", True, True)
    shown = {each.name: each.value for each in show_outputs(service=service, by=theo)}
    assert shown["host"].endswith(".services.example")
    assert shown["password"] not in {"", password.sealed}
    assert {each.name: each.value for each in show_outputs(service=service, by=theo)} == {**shown, "password": ""}
    password.refresh_from_db()
    assert password.sealed == ""
    event = Event.objects.filter(action="service.outputs_shown").earliest("id")
    assert (event.actor_id, event.after) == (cast.theo.user.pk, {"names": ["host", "port", "user", "password"]})
    with pytest.raises(Refused, match="see their credentials"):
        show_outputs(service=service, by=cast.mia.actor(cast.acme))
    assert any(sealed.purpose == "projects.output" for sealed in registry.sealed)


def test_what_may_not_be_requested(cast: Cast, project: Project, theo: Actor) -> None:
    kind = make_kind(form=FORM)
    elsewhere, other = make_kind("redis"), make_kind("valkey")
    elsewhere.regions.add(make_region("us-east"))
    make_service(project, "Datenbank", kind=other)
    kind.sizes.filter(key="large").update(is_offered=False)
    refused: list[tuple[dict[str, Any], str, str | None, str]] = [
        ({"kind": elsewhere, "size": elsewhere.sizes.first()}, "kind", "kind", "“Redis” is not offered here."),
        ({"size": kind.sizes.get(key="large")}, "size", "size", "This size is not offered."),
        ({"size": other.sizes.get(key="small")}, "size", "size", "This size is not offered."),
        ({"name": " \u200b "}, "name", "name", "Give it a name that can be read."),
        ({"name": "x" * 61}, "name", "name", "at most 60 characters"),
        ({"name": "DATENBANK"}, "taken", "name", "Another service of this project has this name."),
        ({"parameters": {}}, "required", "parameters.version", "Fill in this field."),
        ({"parameters": {"version": "15"}}, "enum", "parameters.version", "Choose one of: 16, 17."),
        ({"by": cast.mia.actor(cast.acme)}, "permission", None, "request, start and resize services"),
        ({"by": cast.rita.actor(cast.rival)}, "permission", None, "request, start and resize services"),
    ]
    for changed, code, field, sentence in refused:
        given = {"kind": kind, "parameters": {"version": "17"}, "by": theo, **changed}
        with pytest.raises(Refused, match=sentence) as caught:
            ask(project, **given)
        assert (caught.value.code, caught.value.field) == (code, field)
    assert Event.objects.filter(action="service.requested", outcome="denied").count() == len(refused)
    assert ask(project, kind, theo, parameters={"version": "17", "disk": 20}).parameters == {
        "version": "17",
        "disk": 20,
    }


def test_no_more_than_the_organization_is_allowed(cast: Cast, project: Project, theo: Actor) -> None:
    kind = make_kind()
    Allowance.objects.create(organization=cast.acme, name="services", amount=2)
    make_service(make_project(cast.acme, "shop"), kind=kind)
    make_service(make_project(cast.rival), kind=kind)
    make_service(project, "Gone", kind=kind, state="deleted")
    ask(project, kind, theo)
    sentence = (
        "Acme may have 2 services. Delete one first, or choose a larger plan under billing. "
        "Who can do that: members with the role Owner, Admin, Billing."
    )
    with pytest.raises(Refused) as caught:
        ask(project, kind, theo, name="One too many")
    assert caught.value.messages == [sentence]
    # Alone, one knows who pays; and such an organization has no name of its own.
    own = cast.theo.user.personal_account
    Allowance.objects.create(organization=own, name="services", amount=1)
    mine = make_project(own)
    make_service(mine, kind=kind)
    with pytest.raises(Refused) as caught:
        ask(mine, kind, cast.theo.actor(own), name="One too many")
    assert caught.value.messages == [
        "Personal account may have 1 service. Delete one first, or choose a larger plan under billing."
    ]


def test_a_suspension_and_an_archive_stop_what_costs_and_nothing_else(
    cast: Cast, project: Project, theo: Actor, scripted: type[Scripted]
) -> None:
    kind = make_kind(provisioner="backend")
    running, stopped = make_service(project, kind=kind), make_service(project, "Old", kind=kind, state="stopped")
    suspend_organization(organization=cast.acme, reason="unfunded", by=Actor.system())
    theo = cast.theo.actor(cast.acme)
    assert possible_for(stopped, theo) == {"delete"}
    assert possible_for(running, theo) == {"stop", "delete"}
    with pytest.raises(Refused, match="it needs the permission"):
        start_service(service=stopped, by=theo)
    stop_service(service=running, by=theo)
    Project.objects.filter(pk=project.pk).update(state="deleting", ends_at="2100-01-01T00:00Z")
    with pytest.raises(Refused, match="Website is being deleted: nothing can be changed"):
        start_service(service=stopped, by=Actor.system())
    delete_service(service=stopped, by=theo)


def test_while_something_is_done_it_says_what_and_who_asked(
    cast: Cast, project: Project, theo: Actor, scripted: type[Scripted]
) -> None:
    service = make_service(project, kind=make_kind(provisioner="backend"))
    stop_service(service=service, by=theo)
    adam = cast.adam.actor(cast.acme)
    sentence = "This service is being stopped. Theo Tech asked for that. Wait until it is done."
    for act in (start_service, stop_service, retry_service):
        with pytest.raises(Refused) as caught:
            act(service=service, by=adam)
        assert (caught.value.messages, caught.value.code) == ([sentence], "busy")
    assert possible_for(service, adam) == {"delete"}
    # Whose operation is replaced hears of it; the backend is told, and what it still says counts for nothing.
    first = service.operations.get(state="open")
    delete_service(service=service, by=adam)
    assert [operation.pk for operation in Backend.called_off] == [first.pk]
    assert not note_done(first.pk, [HOST])
    told = Notification.objects.get(user=cast.theo.user)
    assert registry.notifications[told.kind].sentence(told.names) == (
        "Adam Admin deletes Main database in Website. What you asked for is not done any more."
    )
    with pytest.raises(Refused, match=r"^.'This service is being deleted. Adam Admin asked for that.'.$"):
        delete_service(service=service, by=theo)
    assert note_done(service.operations.get(state="open").pk, [])
    with pytest.raises(Refused, match="This service is deleted"):
        delete_service(service=service, by=theo)


def test_what_came_up_once_and_failed_can_be_stopped_resized_or_tried_again(
    cast: Cast, project: Project, theo: Actor
) -> None:
    kind = make_kind()
    broken = make_service(project, kind=kind, state="failed", reason="No room.")
    assert possible_for(broken, theo) == {"start", "stop", "resize", "delete", "retry"}
    never = make_service(project, "Never", kind=kind, state="failed", reason="No room.")
    never.operations.update(state="failed")
    assert possible_for(never, theo) == {"delete", "retry"}
    with pytest.raises(Refused, match="cannot be stopped now: its state is “failed”"):
        stop_service(service=never, by=theo)
    assert retry_service(service=never, by=theo).state == "requested"
    assert never.operations.order_by("-number").values_list("number", "verb")[0] == (2, "create")
    running = make_service(project, "Fine", kind=kind)
    with pytest.raises(Refused, match="nothing has failed"):
        retry_service(service=running, by=theo)
    with pytest.raises(Refused, match="has this size already"):
        resize_service(service=running, size=kind.sizes.get(key="small"), by=theo)


def test_a_key_that_went_up_is_replaced_and_what_is_deleted_is_forgotten(
    project: Project, theo: Actor, scripted: type[Scripted]
) -> None:
    service = make_service(project, kind=make_kind(provisioner="backend"), state="stopped")
    for word in ("first", "second"):
        start_service(service=service, by=theo)
        found = [HOST, type(PASSWORD)(name="password", value=word, is_secret=True)]
        note_done(service.operations.get(state="open").pk, found)
        assert {each.name: each.value for each in show_outputs(service=service, by=theo)} == {
            "host": "db.example.com",
            "password": word,
        }
        stop_service(service=service, by=theo)
        note_done(service.operations.get(state="open").pk, [])


def test_an_organization_with_services_is_not_closed_nor_an_account(cast: Cast, project: Project) -> None:
    service = make_service(project)
    olivia = cast.olivia.actor(cast.acme)
    with pytest.raises(Refused, match="1 service is still there"):
        close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=olivia)
    Service.objects.filter(pk=service.pk).update(state="deleted")
    close_organization(organization=cast.acme, name="Acme", acknowledged=True, by=olivia)


def test_an_account_is_not_closed_while_its_personal_account_has_services(cast: Cast) -> None:
    personal = Organization.objects.get(kind="personal", person=cast.sam.user)
    service = make_service(make_project(personal))
    # What it costs is another matter: billing's.
    service.kind.sizes.update(price=0)
    with pytest.raises(Refused, match="Your personal account still has 1 service"):
        close_account(user=cast.sam.user, by=cast.sam.actor())
    Service.objects.filter(pk=service.pk).update(state="deleted")
    close_account(user=cast.sam.user, by=cast.sam.actor())
    assert not Service.objects.exists()
