"""What people see of services: the catalogue, the request, how it goes on, credentials, and the list of a project."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organizations.models import Allowance
from outbox.models import Endpoint, Webhook
from projects.actions.services import note_done, note_progress
from projects.models import Project, Service
from projects.provisioners.base import Found
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_region, make_service
from tests.projects.service_pages import NEW, finish, live, page_of, seen_in
from tests.reading import body, error_at, main_words, words_at

pytestmark = pytest.mark.django_db

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


def test_where_nothing_can_be_requested_the_catalogue_says_why_before_a_form_is_filled_in(
    cast: Cast, project: Project
) -> None:
    make_service(project)
    Allowance.objects.create(organization=cast.acme, name="services", amount=1)
    assert "Acme may have 1 service. Delete one first" in main_words(cast.theo.client.get(NEW))
    assert cast.theo.client.get(f"{NEW}postgresql/").headers["Location"] == NEW
    Project.objects.update(state="archived", archived_at=timezone.now())
    page = main_words(cast.theo.client.get(NEW))
    assert page.endswith(
        "To change something, bring it back first. Bring it back No service can be requested now Back to the project"
    )
    assert cast.theo.client.get(f"{NEW}postgresql/").headers["Location"] == NEW


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
    waiting = main_words(cast.mia.client.get(page_of(service)))
    assert "It waits for its turn." in waiting
    Endpoint.objects.update(is_on=False)
    assert "Our staff have switched off what makes this service." in main_words(cast.mia.client.get(page_of(service)))
    Endpoint.objects.update(is_on=True)
    assert "It appears here as soon as it is there." in waiting
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


def test_what_is_being_deleted_promises_no_credentials(cast: Cast, project: Project) -> None:
    make_kind("vm", provisioner="webhook", endpoint=Endpoint.objects.create(name="Backend", url="https://b.example/"))
    cast.theo.client.post(f"{NEW}vm/", {"name": "Main", "size": "small"})
    service = Service.objects.get()
    cast.theo.client.post(f"{page_of(service)}deletion/", {"confirmation": "Main"})
    page = main_words(cast.theo.client.get(page_of(service)))
    assert "This service is being deleted." in page
    assert "How to reach it" not in page
