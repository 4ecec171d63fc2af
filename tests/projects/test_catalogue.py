"""The catalogue as staff edit it: forms are checked, backends must be known, what is in use stays."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection

from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from outbox.models import Endpoint
from projects.actions.catalogue import change_price
from projects.models import FormerPrice, Prices, ServiceKind, ServiceSize
from tests.cast import Cast, Person, make_person
from tests.projects.making import make_kind, make_project, make_service
from tests.reading import body, words

pytestmark = pytest.mark.django_db

KINDS = "/admin/projects/servicekind/"


@pytest.fixture
def stella(cast: Cast) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def typed(**changes: Any) -> dict[str, Any]:
    """What staff type for a kind with one size."""
    return {
        "key": "mysql", "name": "MySQL", "icon": "database", "is_offered": "on", "order": "1", "silence": "60",
        "provisioner": "instant", "form": "{}",
        "sizes-TOTAL_FORMS": "1", "sizes-INITIAL_FORMS": "0",
        "sizes-0-key": "small", "sizes-0-name": "Small", "sizes-0-price": "0.0250", "sizes-0-is_offered": "on",
        "sizes-0-order": "1",
    } | changes  # fmt: skip


def test_staff_add_a_kind_with_its_sizes_and_it_can_be_requested(cast: Cast, stella: Person) -> None:
    make_project(cast.acme)
    form = {"type": "object", "properties": {"zone": {"type": "string"}, "a": {"type": "string"}}}
    assert stella.client.post(f"{KINDS}add/", typed(form=json.dumps(form))).status_code == 302
    page = words(cast.theo.client.get("/o/acme/projects/website/services/new/mysql/"))
    assert page.index("Zone") < page.index("A Optional")
    assert "Small €0.025 an hour" in page


def test_staff_are_told_of_a_kind_that_nobody_can_request_for_want_of_a_size(cast: Cast, stella: Person) -> None:
    page = stella.client.post(f"{KINDS}add/", typed(**{"sizes-TOTAL_FORMS": "0"}), follow=True)
    assert "MySQL has no size that is offered: nobody can request it yet." in words(page)


def test_the_fields_of_a_form_keep_their_order_in_the_database(cast: Cast, stella: Person) -> None:
    """PostgreSQL orders the names of an object by their length."""
    fields = {name: {"type": "string"} for name in ("longest_of_all", "mid_size", "b", "a")}
    make_kind("mysql", form={"type": "object", "properties": fields})
    kind = ServiceKind.objects.get(key="mysql")
    kind.save()
    shown = body(stella.client.get(f"{KINDS}{kind.pk}/change/"))
    source = unescape(shown.partition('id="id_form">')[2].partition("</textarea>")[0])
    assert list(json.loads(source)["properties"]) == ["longest_of_all", "mid_size", "b", "a"]
    # How it is kept is nothing to edit.
    assert "x-order" not in source
    if connection.vendor == "postgresql":
        assert next(iter(ServiceKind.objects.get(key="mysql").form["properties"])) == "a"


def test_what_is_wrong_is_said_with_where(cast: Cast, stella: Person) -> None:
    for changes, sentence in (
        ({"form": "{"}, "Enter a valid JSON."),
        ({"form": "[]"}, "A form is an object whose “type” is “object”."),
        (
            {"form": '{"type": "object", "properties": {"disks": {"type": "array"}}}'},
            "The “type” of “disks” must be string, integer, number or boolean.",
        ),
        (
            {"form": '{"type": "object", "properties": {"a": {"type": "string", "$ref": "http://x.example/"}}}'},
            "“$ref” in “a” is not understood here.",
        ),
        ({"provisioner": "webhook"}, "Say which endpoint makes it."),
        ({"provisioner": "magic"}, "Select a valid choice. magic is not one of the available choices."),
        ({"icon": "no-such-icon"}, "There is no icon of this name."),
        ({"key": "My SQL"}, "Use small letters, digits and single hyphens"),
        ({"sizes-0-price": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"silence": "0"}, "Ensure this value is greater than or equal to 1."),
    ):
        answer = stella.client.post(f"{KINDS}add/", typed(**changes))
        assert answer.status_code == 200, changes
        assert sentence in words(answer), changes
    assert not ServiceKind.objects.exists()
    backend = Endpoint.objects.create(name="Backend", url="https://backend.example/")
    answer = stella.client.post(f"{KINDS}add/", typed(provisioner="webhook", endpoint=str(backend.pk)))
    assert answer.status_code == 302


def test_what_is_used_is_offered_no_longer_but_stays(cast: Cast, stella: Person) -> None:
    kind = make_kind("mysql")
    unused = make_kind("redis")
    service = make_service(make_project(cast.acme), kind=kind)
    assert stella.client.post(f"{KINDS}{kind.pk}/delete/", {"post": "yes"}).status_code == 403
    assert stella.client.post(f"{KINDS}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    page = body(stella.client.get(f"{KINDS}{kind.pk}/change/"))
    assert "sizes-0-DELETE" not in page
    assert 'name="provisioner"' not in page
    small, large = kind.sizes.order_by("order")
    sizes = {
        f"sizes-{index}-{name}": str(value)
        for index, size in enumerate((small, large))
        for name, value in (
            ("id", size.pk),
            ("kind", kind.pk),
            ("key", size.key),
            ("name", size.name),
            ("price", "1.5"),
            ("order", size.order),
        )
    }
    changed = typed() | sizes | {"sizes-TOTAL_FORMS": "2", "sizes-INITIAL_FORMS": "2"}
    del changed["is_offered"]
    # Whatever is sent: programs and backends know it by these.
    changed |= {"key": "other", "provisioner": "webhook"}
    assert stella.client.post(f"{KINDS}{kind.pk}/change/", changed).status_code == 302
    kind.refresh_from_db()
    assert (kind.key, kind.provisioner, kind.is_offered, kind.name) == ("mysql", "instant", False, "MySQL")
    here = "/o/acme/projects/website/services/"
    assert cast.theo.client.get(f"{here}new/mysql/").status_code == 404
    assert "Running" in words(cast.theo.client.get(f"{here}{service.pk}/"))


def test_a_kind_whose_form_was_broken_behind_our_back_is_no_error(cast: Cast) -> None:
    make_project(cast.acme)
    kind = make_kind("mysql")
    ServiceKind.objects.filter(pk=kind.pk).update(form={"type": "object", "properties": {"a": 7}})
    address = "/o/acme/projects/website/services/new/mysql/"
    assert cast.theo.client.get(address).status_code == 200
    answer = cast.theo.client.post(address, {"name": "Main", "size": "small"})
    assert "its form is broken" in words(answer)


def test_staff_read_how_a_service_is_and_nothing_that_it_came_with(cast: Cast, stella: Person) -> None:
    service = make_service(make_project(cast.acme), parameters={"password": "typed by somebody"})
    service.outputs.create(name="host", value="db.example")
    service.changes.create(state="running", by_kind="system", note="Said by a backend.")
    page = body(stella.client.get(f"/admin/projects/service/{service.pk}/change/"))
    assert "Main database" in page
    assert "Said by a backend." in page
    assert "db.example" not in page
    assert "typed by somebody" not in page
    assert 'name="_save"' not in page
    assert "Main database" in body(stella.client.get("/admin/projects/service/?q=acme"))


def prices_typed(kind: ServiceKind, *opened_with: str, **typed_in: str) -> dict[str, Any]:
    """The page of a kind with small and large, opened with these prices, and what was typed over them."""
    rows: dict[str, Any] = {}
    for index, (size, seen) in enumerate(zip(kind.sizes.order_by("order"), opened_with, strict=True)):
        row = {
            "id": size.pk, "kind": kind.pk, "key": size.key, "name": size.name, "order": size.order,
            "price": typed_in.get(size.key, seen), "is_offered": "on",
        }  # fmt: skip
        rows |= {f"sizes-{index}-{name}": str(value) for name, value in row.items()}
        rows[f"initial-sizes-{index}-price"] = seen
    return typed(key=kind.key, **rows) | {"sizes-TOTAL_FORMS": "2", "sizes-INITIAL_FORMS": "2"}


@pytest.mark.embedded
@time_machine.travel(datetime(2027, 3, 1, 9, 20, tzinfo=UTC), tick=False)
def test_a_changed_price_counts_from_the_next_hour_and_stands_in_the_deployments_log(
    cast: Cast, stella: Person
) -> None:
    kind = make_kind()
    page = f"{KINDS}{kind.pk}/change/"
    assert "A changed price counts from the next full hour on." in body(stella.client.get(page))
    for opened, changed in (("0.0200", "0.0300"), ("0.0300", "0.0250")):
        answer = stella.client.post(page, prices_typed(kind, opened, "0.0800", small=changed), follow=True)
        assert f"Small costs {changed} an hour from the next full hour on." in words(answer)
    small, large = kind.sizes.order_by("order")
    assert (small.price, large.price) == (Decimal("0.0250"), Decimal("0.0800"))
    # What it was for some minutes never counted.
    at_ten = datetime(2027, 3, 1, 10, tzinfo=UTC)
    assert list(FormerPrice.objects.values_list("size", "price", "until")) == [(small.pk, Decimal("0.0200"), at_ten)]
    prices = Prices([small, large])
    assert [prices.at(small, at_ten - timedelta(hours=hours)) for hours in (2, 1, 0)] == [
        Decimal("0.0200"),
        Decimal("0.0200"),
        Decimal("0.0250"),
    ]
    events = Event.objects.filter(action="service_size.priced").order_by("id")
    assert [(event.before["price"], event.after["price"]) for event in events] == [
        ("0.0200", "0.0300"),
        ("0.0300", "0.0250"),
    ]
    assert {event.organization_id for event in events} == {None}


def test_of_two_staff_the_second_undoes_nothing_that_they_did_not_see(cast: Cast, stella: Person) -> None:
    kind = make_kind()
    page, small = f"{KINDS}{kind.pk}/change/", kind.sizes.get(key="small")
    # Both have opened the page with 0.02; the first one saves 0.03.
    stella.client.post(page, prices_typed(kind, "0.0200", "0.0800", small="0.0300"))
    # The second changes the other size alone: the first one's price stays.
    stella.client.post(page, prices_typed(kind, "0.0200", "0.0800", large="0.0900"))
    assert [f"{size.price:f}" for size in kind.sizes.order_by("order")] == ["0.0300", "0.0900"]
    answer = stella.client.post(page, prices_typed(kind, "0.0200", "0.0900", small="0.0100"), follow=True)
    assert "Somebody has changed the price of Small to 0.0300 meanwhile." in words(answer)
    small.refresh_from_db()
    assert f"{small.price:f}" == "0.0300"


def test_a_size_is_made_by_an_action_and_a_kind_keeps_its_other_values(cast: Cast, stella: Person) -> None:
    assert stella.client.post(f"{KINDS}add/", typed()).status_code == 302
    made = Event.objects.get(action="service_size.made")
    assert made.after == {"kind": "mysql", "size": "small", "price": "0.0250"}
    with pytest.raises(Refused, match="nothing, or more"):
        change_price(size=ServiceSize.objects.get(), price=Decimal(-1), by=Actor.system())
