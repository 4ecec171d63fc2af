"""What people see of services: the catalogue, the request, how it goes on, credentials, and the list of a project."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from organizations.models import Organization
from organizations.models.organization import Status
from outbox.models import Endpoint, Webhook
from projects.actions.services import carry_out, note_done, note_failed, note_progress, stop_service
from projects.models import Operation, Project, Service
from projects.models.service import State
from projects.provisioners.base import Found
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_region, make_service
from tests.reading import body, error_at, links, main_words, posts, words, words_at

pytestmark = pytest.mark.django_db

HERE = "/o/acme/projects/website/"
NEW = f"{HERE}services/new/"
FORM = {
    "type": "object",
    "properties": {
        "version": {"type": "string", "title": "Version", "enum": ["16", "17"], "default": "17"},
        "database": {"type": "string", "pattern": "^[a-z]+$", "description": "Small letters.", "maxLength": 20},
        "replicas": {"type": "integer", "minimum": 0, "maximum": 3},
        "contact": {"type": "string", "format": "email"},
        "notes": {"type": "string", "format": "textarea"},
        "public": {"type": "boolean", "title": "Reachable from everywhere"},
    },
    "required": ["version", "database"],
}


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project of Acme, whose services so far are none."""
    return make_project(cast.acme)


def page_of(service: Service) -> str:
    return f"{HERE}services/{service.pk}/"


def live(client: Client, service: Service, **query: str) -> tuple[int, str]:
    """What a script gets that asks whether something has changed: the status, and the source."""
    answer = client.get(f"{page_of(service)}timeline/", query, headers={"HX-Request": "true"})
    return answer.status_code, body(answer)


def seen_in(source: str) -> dict[str, str]:
    """What the page that shows ``source`` asks with."""
    query = source.partition("timeline/?")[2].partition('"')[0].replace("&amp;", "&")
    return dict(pair.split("=") for pair in query.split("&"))


def finish(service: Service) -> None:
    """The worker does what is to be done."""
    carry_out(service.operations.get(state="open").pk)
    service.refresh_from_db()


def suspend(organization: Organization) -> None:
    Organization.objects.filter(pk=organization.pk).update(status=Status.SUSPENDED, suspended_for="past_due")


def test_the_catalogue_shows_what_the_region_has_and_what_the_smallest_costs(cast: Cast, project: Project) -> None:
    make_kind("postgresql", description="A relational database.", order=1)
    make_kind("redis", order=2).sizes.filter(key="small").update(is_offered=False)
    make_kind("old", is_offered=False)
    make_kind("elsewhere").regions.set([make_region("us-east")])
    page = main_words(cast.theo.client.get(NEW))
    assert "Postgresql A relational database. from €0.02 an hour Redis from €0.08 an hour" in page
    assert "Old" not in page
    assert "Elsewhere" not in page
    assert cast.theo.client.get(f"{NEW}elsewhere/").status_code == 404
    assert cast.mia.client.get(NEW).status_code == 403
    assert cast.rita.client.get(NEW).status_code == 404


def test_without_a_catalogue_the_page_says_so(cast: Cast, project: Project) -> None:
    assert "The catalogue has nothing for the region Eu West at the moment." in main_words(cast.theo.client.get(NEW))


def test_the_form_asks_what_the_kind_asks_in_its_order(cast: Cast, project: Project) -> None:
    make_kind(form=FORM)
    page = main_words(cast.theo.client.get(f"{NEW}postgresql/"))
    assert "Small €0.02 an hour about €14.60 a month Large €0.08 an hour about €58.40 a month" in page
    labels = ["Name", "Size", "Version", "Database", "Replicas", "Contact", "Notes", "Reachable from everywhere"]
    assert sorted(labels, key=page.index) == labels


def test_what_is_wrong_stands_at_its_field(cast: Cast, project: Project) -> None:
    make_kind(form=FORM)
    wrong = {
        "name": "", "size": "gigantic", "parameters.version": "<b>15</b>", "parameters.replicas": "4",
        "parameters.contact": "nobody", "parameters.database": "",
    }  # fmt: skip
    answer = cast.theo.client.post(f"{NEW}postgresql/", wrong)
    found = {name: error_at(answer, name) for name in wrong}
    assert found == {
        "name": "This field is required.",
        "size": "Choose one of the sizes that are offered.",
        "parameters.version": "Choose one of these.",
        "parameters.replicas": "Ensure this value is less than or equal to 3.",
        "parameters.contact": "Enter a valid email address.",
        "parameters.database": "This field is required.",
    }
    # What only the schema knows comes from the action, to the same place.
    right = {"name": "Main", "size": "small", "parameters.version": "17", "parameters.database": "NOT SMALL"}
    answer = cast.theo.client.post(f"{NEW}postgresql/", right)
    assert error_at(answer, "parameters.database") == "This does not have the form wanted here."
    assert Service.objects.count() == 0


def test_a_request_becomes_a_service_that_the_page_watches(cast: Cast, project: Project) -> None:
    make_kind(form=FORM)
    typed = {"name": "Main", "size": "large", "parameters.version": "16", "parameters.database": "shop"}
    answer = cast.theo.client.post(f"{NEW}postgresql/", typed)
    service = Service.objects.get()
    assert answer.headers["Location"] == page_of(service)
    # A box that was not ticked is a no; a field that was left empty is not there.
    assert service.parameters == {"version": "16", "database": "shop", "public": False}
    page = cast.theo.client.get(page_of(service))
    assert "Requested This service is being created. Theo Tech asked for that just now." in main_words(page)
    assert 'data-hx-trigger="every 2s' in body(page)
    finish(service)
    page = cast.theo.client.get(page_of(service))
    assert "State Running Size Large Price €0.08 an hour, about €58.40 a month" in main_words(page)
    assert "Version 16 Database shop Reachable from everywhere no" in main_words(page)
    assert "data-hx-trigger" not in body(page).partition('id="service-live"')[2].partition(">")[0]
    assert (
        words_at(page, "id", "timeline")
        == "Time line Running just now Provisioning just now Requested Theo Tech · just now"
    )


def test_a_name_that_is_taken_is_refused_at_its_field(cast: Cast, project: Project) -> None:
    make_service(project, "Main")
    answer = cast.theo.client.post(f"{NEW}postgresql/", {"name": "MAIN", "size": "small"})
    assert error_at(answer, "name").startswith("Another service of this project has this name.")


def test_the_part_that_changes_is_sent_when_it_has_changed_and_asks_no_more_when_settled(
    cast: Cast, project: Project
) -> None:
    make_kind("vm", provisioner="webhook", endpoint=Endpoint.objects.create(name="Backend", url="https://b.example/"))
    cast.theo.client.post(f"{NEW}vm/", {"name": "Main", "size": "small"})
    service = Service.objects.get()
    operation = service.operations.get()
    first = seen_in(body(cast.mia.client.get(page_of(service))))
    assert live(cast.mia.client, service, **first) == (204, "")

    note_progress(operation.pk, progress=40, message="Disks are being made.")
    status, source = live(cast.mia.client, service, **first)
    assert status == 200
    assert "Provisioning, 40 %: Disks are being made." in source
    assert '<p id="service-said" data-hx-swap-oob="innerHTML">Provisioning, 40 %</p>' in source
    second = seen_in(source)
    assert live(cast.mia.client, service, **second)[0] == 204
    # What was said is not said again.
    assert "service-said" not in live(cast.mia.client, service, seen="other", said=second["said"])[1]

    note_done(operation.pk, [Found(name="host", value="vm.example")])
    status, source = live(cast.mia.client, service, **second)
    assert (status, "data-hx-trigger" in source, "vm.example" in source) == (200, False, True)


def test_the_changing_part_without_a_script_leads_to_the_page(cast: Cast, project: Project) -> None:
    service = make_service(project)
    answer = cast.mia.client.get(f"{page_of(service)}timeline/")
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(service))


def test_a_call_that_does_not_get_through_is_told_without_saying_where_to(cast: Cast, project: Project) -> None:
    make_kind("vm", provisioner="webhook", endpoint=Endpoint.objects.create(name="Backend", url="https://b.example/"))
    cast.theo.client.post(f"{NEW}vm/", {"name": "Main", "size": "small"})
    service = Service.objects.get()
    assert "It waits for its turn." in main_words(cast.mia.client.get(page_of(service)))
    seen = seen_in(body(cast.mia.client.get(page_of(service))))
    Webhook.objects.update(
        attempts=2, last_error="The server could not be reached.", due_at=timezone.now() + timedelta(minutes=4)
    )
    page = cast.mia.client.get(page_of(service))
    assert (
        "What makes this service does not answer as it should: The server could not be reached. "
        "Nothing is lost; the next try is in 4 minutes."
    ) in main_words(page)
    assert "b.example" not in body(page)
    assert live(cast.mia.client, service, **seen)[0] == 200


def test_who_may_only_look_is_offered_nothing(cast: Cast, project: Project) -> None:
    service = make_service(project)
    service.outputs.create(name="host", value="db.example")
    page = cast.mia.client.get(page_of(service))
    assert not [address for address in posts(page) if address.startswith(HERE)]
    assert not [address for address in links(page) if address.startswith(page_of(service))]
    assert "db.example" in body(page)
    offered = [address.removeprefix(page_of(service)) for address in posts(cast.theo.client.get(page_of(service)))]
    assert "stop/" in offered
    assert "start/" not in offered


def test_what_failed_says_why_and_can_be_tried_again(cast: Cast, project: Project) -> None:
    make_kind()
    cast.theo.client.post(f"{NEW}postgresql/", {"name": "Main", "size": "small"})
    service = Service.objects.get()
    note_failed(service.operations.get().pk, "No room is left.")
    page = cast.theo.client.get(page_of(service))
    assert "State Failed No room is left." in main_words(page)
    assert f"{page_of(service)}retry/" in posts(page)
    assert cast.mia.client.post(f"{page_of(service)}retry/").status_code == 403
    cast.theo.client.post(f"{page_of(service)}retry/")
    service.refresh_from_db()
    assert service.state == State.REQUESTED


def test_an_old_tab_is_told_what_is_so_now(cast: Cast, project: Project) -> None:
    service = make_service(project)
    stop_service(service=service, by=cast.olivia.actor(cast.acme))
    said = "This service is being stopped. Olivia Owner asked for that."
    for address, typed in (("stop/", {}), ("start/", {}), ("retry/", {}), ("size/", {"size": "large"})):
        answer = cast.theo.client.post(page_of(service) + address, typed, follow=True)
        assert answer.redirect_chain == [(page_of(service), 302)]
        assert said in words_at(answer, "id", "toasts"), address
    # The form is not even shown.
    assert said in words_at(cast.theo.client.get(f"{page_of(service)}size/", follow=True), "id", "toasts")


def test_another_size_shows_the_difference_in_price(cast: Cast, project: Project) -> None:
    service = make_service(project)
    page = main_words(cast.theo.client.get(f"{page_of(service)}size/"))
    assert "Large €0.08 an hour about €58.40 a month +€43.80 a month, compared with now" in page
    assert "Small €0.02" not in page
    answer = cast.theo.client.post(f"{page_of(service)}size/", {"size": "small"})
    assert error_at(answer, "size") == "Choose one of the sizes that are offered."
    answer = cast.theo.client.post(f"{page_of(service)}size/", {"size": "large"}, follow=True)
    assert "This service is being resized." in main_words(answer)
    assert "Size Small → Large" in main_words(answer)


def test_deleting_asks_for_the_name(cast: Cast, project: Project) -> None:
    service = make_service(project, "Main")
    address = f"{page_of(service)}deletion/"
    page = cast.theo.client.get(address)
    assert "everything that is in it is lost" in main_words(page)
    dialog = cast.theo.client.get(address, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert 'data-must-equal="Main"' in body(dialog)
    assert error_at(cast.theo.client.post(address, {"confirmation": "main"}), "confirmation") == (
        "This is not the name of the service."
    )
    answer = cast.theo.client.post(address, {"confirmation": " Main "}, follow=True)
    assert "This service is being deleted." in main_words(answer)
    finish(service)
    page = cast.theo.client.get(page_of(service))
    assert "State Deleted" in main_words(page)
    assert not [one for one in posts(page) if one.startswith(HERE)]
    assert "This service is deleted." in words(cast.theo.client.get(address, follow=True))


def test_credentials_are_shown_after_a_proof_and_what_is_shown_once_once(cast: Cast, project: Project) -> None:
    service = make_service(project)
    service.outputs.create(name="host", value="db.example")
    for name, once in (("password", True), ("token", False)):
        output = service.outputs.model(service=service, name=name, shown_once=once)
        output.close(f"hidden-{name}")
        output.save()
    page = cast.theo.client.get(page_of(service))
    assert "hidden-" not in body(page)
    assert "password •••••••• Can be shown once, and is forgotten then. token ••••••••" in main_words(page)

    address = f"{page_of(service)}outputs/"
    assert cast.mia.client.post(address).status_code == 403
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        asked = cast.theo.client.post(address)
    assert "Confirm that it is you" in words(asked)
    assert "hidden-" not in body(asked)
    assert service.outputs.get(name="password").sealed

    shown = cast.olivia.client.post(address)
    assert ["hidden-password" in body(shown), "hidden-token" in body(shown)] == [True, True]
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Keep what is marked now: you will not see it again." in main_words(shown)
    again = cast.olivia.client.post(address)
    assert ["hidden-password" in body(again), "hidden-token" in body(again)] == [False, True]
    assert "Shown just now, and not kept." in main_words(cast.olivia.client.get(page_of(service)))
    assert cast.olivia.client.get(address).status_code == 405


def test_a_suspended_organization_stops_and_deletes_and_is_told_what_is_withheld(cast: Cast, project: Project) -> None:
    service = make_service(project)
    suspend(cast.acme)
    sentence = "Nothing can be requested, started or resized while Acme is suspended."
    assert sentence in main_words(cast.theo.client.get(HERE))
    page = cast.theo.client.get(page_of(service))
    assert sentence in main_words(page)
    assert sentence not in main_words(cast.mia.client.get(page_of(service)))
    offered = {one.removeprefix(page_of(service)) for one in [*posts(page), *links(page)]}
    assert offered & {"stop/", "deletion/", "size/", "start/"} == {"stop/", "deletion/"}
    assert cast.theo.client.get(NEW).status_code == 403
    assert cast.theo.client.post(f"{page_of(service)}size/", {"size": "large"}).status_code == 403
    cast.theo.client.post(f"{page_of(service)}stop/")
    service.refresh_from_db()
    assert service.state == State.STOPPING


def test_the_list_says_how_services_are_and_what_runs_costs(cast: Cast, project: Project) -> None:
    kind = make_kind()
    make_service(project, "beta", kind=kind)
    make_service(project, "Alpha", kind=kind, size=kind.sizes.get(key="large"))
    make_service(project, "gamma", kind=kind, state=State.FAILED, reason="No room.")
    make_service(project, "delta", kind=kind, state=State.STOPPED)
    making = make_service(project, "epsilon", kind=kind, state=State.PROVISIONING)
    Operation.objects.filter(service=making).update(progress=30)
    make_service(project, "gone", kind=kind, state=State.DELETED)
    page = cast.mia.client.get(HERE)
    listed = words_at(page, "id", "services")
    assert listed.startswith("1 failed 2 running 1 on its way 1 stopped What runs now costs about €73.00 a month")
    names = ["Alpha", "beta", "delta", "epsilon", "gamma"]
    assert sorted(names, key=listed.index) == names
    assert "Provisioning, 30 %" in listed
    assert "gone" not in listed
    assert f"{HERE}?services=deleted" in links(page)
    deleted = words_at(cast.mia.client.get(f"{HERE}?services=deleted"), "id", "services")
    assert "gone" in deleted
    assert "Alpha" not in deleted
    # Who may request is led there.
    assert NEW not in links(page)
    assert NEW in links(cast.theo.client.get(HERE))


def test_an_empty_list_leads_to_the_catalogue(cast: Cast, project: Project) -> None:
    assert NEW in links(cast.theo.client.get(HERE))
    assert "There is none so far." in main_words(cast.mia.client.get(HERE))
    assert NEW not in links(cast.mia.client.get(HERE))


def test_a_service_of_another_project_or_organization_is_not_there(cast: Cast, project: Project) -> None:
    other = make_service(make_project(cast.acme, "other"))
    foreign = make_service(make_project(cast.rival, "theirs"))
    for service in (other, foreign):
        for end in ("", "timeline/", "size/", "deletion/"):
            assert cast.olivia.client.get(page_of(service) + end).status_code == 404
        for end in ("start/", "stop/", "retry/", "size/", "deletion/", "outputs/"):
            assert cast.olivia.client.post(page_of(service) + end).status_code == 404


def test_what_backends_and_people_say_is_text(cast: Cast, project: Project) -> None:
    evil = "<script>alert(1)</script>"
    service = make_service(project, evil)
    service.outputs.create(name=evil, value=f'{evil}"')
    service.changes.create(state=State.RUNNING, by_kind="system", note=evil)
    for path in (page_of(service), HERE, f"{page_of(service)}size/", f"{page_of(service)}deletion/"):
        assert "<script>alert" not in body(cast.theo.client.get(path)), path


def test_a_price_below_a_cent_is_shown_whole(cast: Cast, project: Project) -> None:
    service = make_service(project)
    service.size.price = Decimal("0.0042")
    service.size.save()
    assert "€0.0042 an hour, about €3.07 a month" in main_words(cast.mia.client.get(page_of(service)))
