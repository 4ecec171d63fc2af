"""Staff give the directory of customers in: in the admin, with a permission of its own, or by the command."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts import signals
from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import PolicyInForce
from support.actions.customers import give_in, prune_imports
from support.models import Customer, CustomerPerson, DirectoryImport
from tests.cast import Person, make_person
from tests.reading import links, words
from tests.support.directories import (
    ADA,
    TOM,
    example,
    give,
    recreated,
    upload,
    written,
)
from tests.support.making import make_level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("percona")]


@pytest.fixture
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


@pytest.fixture
def staff(db: None) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


class TestStaff:
    def test_give_a_file_in_see_what_it_changes_and_apply_it(self, staff: Person) -> None:
        make_level("premium")
        page = upload(staff.client, written(example(tickets=[])))
        assert "new: customer C-1" not in words(staff.client.get(page))
        assert "Example Industries (C-1) new customer C-1 people 3; contacts 1; entitlements 1" in words(
            staff.client.get(page)
        )
        looked = DirectoryImport.objects.get()
        staff.client.post(page, {"apply": "", "digest": looked.digest})
        assert Customer.objects.get().name == "Example Industries"
        assert "What was changed" in words(staff.client.get(page))
        events = Event.objects.filter(action__startswith="customer.").order_by("id")
        assert list(events.values_list("action", "actor_id")) == [
            ("customer.import_checked", staff.user.pk), ("customer.imported", staff.user.pk),
        ]  # fmt: skip

    def test_see_what_is_wrong_and_the_new_plan_where_it_has_changed(self, staff: Person) -> None:
        wrong = upload(staff.client, "kind,key\nplanet,x\n", "c.csv")
        said = words(staff.client.get(wrong))
        assert "There is 1 problem in this file." in said
        assert "line 2“planet” is no kind of row" in said
        make_level("premium")
        page = upload(staff.client, written(example(tickets=[])))
        digest = DirectoryImport.objects.get(state="planned").digest
        give(example(name="Example AG"))
        answer = staff.client.post(page, {"apply": "", "digest": digest}, follow=True)
        assert "Something has changed meanwhile." in words(answer)
        assert "name Example AG → Example Industries" in words(answer)

    def test_need_a_permission_of_its_own(self, staff: Person) -> None:
        make_level("premium")
        page = upload(staff.client, written(example(tickets=[])))
        plain = make_person("sid.staff@example.com", is_staff=True)
        for address in (page, page.rpartition("change")[0], "/admin/support/directoryimport/new/"):
            assert plain.client.get(address).status_code in {302, 403}
        assert plain.client.post(page, {"apply": ""}).status_code in {302, 403}
        assert not Customer.objects.exists()

    def test_find_customers_and_people(self, staff: Person) -> None:
        recreated()
        for name, term in (("customer", "C-1"), ("customerperson", "tom@")):
            assert "1 " in words(staff.client.get(f"/admin/support/{name}/?q={term}"))
            row = (Customer if name == "customer" else CustomerPerson).objects.first()
            assert row is not None
            page = staff.client.get(f"/admin/support/{name}/{row.pk}/change/")
            assert page.status_code == 200
            doors = [link for link in links(page) if "?customer__exact=" in link]
            assert len(doors) == (1 if name == "customer" else 0)
            assert all(TOM in words(staff.client.get(door)) for door in doors)
        assert "Example" in words(staff.client.get("/admin/support/customer/?recreated=yes"))
        assert TOM not in words(staff.client.get("/admin/support/customerperson/?joined=yes"))


def test_the_command_only_looks_until_it_is_told_to_apply(tmp_path: Path) -> None:
    make_level("premium")
    file = tmp_path / "customers.json"
    file.write_text(written(example(tickets=[])), encoding="utf-8")
    said = StringIO()
    call_command("import_customers", str(file), stdout=said)
    assert "new: customer C-1: people 3; contacts 1; entitlements 1" in said.getvalue()
    assert not Customer.objects.exists()
    call_command("import_customers", str(file), "--apply", stdout=said)
    assert Customer.objects.get().people.count() == 3
    file.write_text(json.dumps({"customers": [{}]}), encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was changed: 2 problems"):
        call_command("import_customers", str(file), "--apply", stdout=said)


def test_a_policy_without_a_directory_takes_no_file(settings: Any) -> None:
    settings.CONSOLE_POLICY = "exoscale"
    with pytest.raises(Refused, match="knows no customers"):
        give_in(name="c.json", content=written(), by=Actor.system())


def test_what_the_directory_says_of_somebody_is_theirs_to_take_along(staff: Person) -> None:
    give(example())
    tom = make_person(TOM)
    claimed = make_person("mallory@example.org")
    EmailAddress.objects.create(user=claimed.user, email=ADA, verified=False)
    assert [row["customer__name"] for row in taken_along(tom)] == ["Example Industries"]
    assert taken_along(claimed) == []
    tom.user.delete()
    assert CustomerPerson.objects.get(email=TOM).user is None


def taken_along(somebody: Person) -> list[dict[str, Any]]:
    found: dict[str, Any] = {}
    signals.exporting.send(sender=type(somebody.user), user=somebody.user, add=found.__setitem__)
    return list(found["customer_directory"])


def test_another_policy_needs_to_know_what_becomes_of_the_directorys_roles(settings: Any) -> None:
    PolicyInForce.objects.update(policy="percona")
    give(example())
    with pytest.raises(CommandError, match="mapped to none: technical"):
        call_command("change_policy", "default", stdout=StringIO())
    call_command("change_policy", "default", "--map", "technical=tech", stdout=StringIO())
    assert sorted(CustomerPerson.objects.values_list("role", flat=True)) == ["owner", "tech", "tech"]


def test_what_was_given_in_is_forgotten_after_a_month() -> None:
    give(example())
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert prune_imports() == 1
    assert Customer.objects.exists()
