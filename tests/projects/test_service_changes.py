"""What is done with services by their pages, their credentials, and the list of a project."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from projects.actions.services import note_failed, stop_service
from projects.models import Operation, Project, Service
from projects.models.service import State
from tests.cast import Cast
from tests.projects.making import make_kind, make_project, make_service
from tests.projects.service_pages import HERE, NEW, finish, page_of, suspend
from tests.reading import body, error_at, links, main_words, posts, words, words_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project of Acme, whose services so far are none."""
    return make_project(cast.acme)


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


def test_many_services_can_be_searched_and_sorted(cast: Cast, project: Project) -> None:
    redis = make_kind("redis")
    for number in range(10):
        make_service(project, f"Queue {number}", kind=redis)
    newest = make_service(project, "Alpha", kind=make_kind())
    Service.objects.exclude(pk=newest.pk).update(state_since=timezone.now() - timedelta(days=1))
    page = words_at(cast.mia.client.get(f"{HERE}?sort=since"), "id", "services")
    assert page.index("Queue 0") < page.index("Alpha")
    assert "Search services" in body(cast.mia.client.get(HERE))
    found = words_at(cast.mia.client.get(f"{HERE}?q=POSTGRES"), "id", "services")
    # How all of them are stays above what was found.
    assert "11 running" in found
    assert "Alpha" in found
    assert "Queue" not in found
    assert "No service found" in words_at(cast.mia.client.get(f"{HERE}?q=nothing"), "id", "services")


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
