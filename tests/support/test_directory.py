"""Files of customers: read strictly, looked at first, applied as they were shown, and never over people's work."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts import signals
from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Organization, PolicyInForce
from support.actions.customers import apply_import, give_in, look_again, prune_imports
from support.directory.recreating import arrive
from support.models import Customer, CustomerPerson, DirectoryImport, Ticket
from tests.cast import Person, make_person, make_team
from tests.reading import words
from tests.support.directories import ADA, TINA, TOM, example, give, lines, look, person, problems, upload, written
from tests.support.making import make_contact, make_entitlement, make_level

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("percona")]

CSV = """kind,customer,key,name,email,role,administrator,number,level,starts_on,ends_on,families,units,\
title,created_at,ticket,author,body,is_staff
person,C-1,,Tom,tom@example.com,technical,,,,,,,,,,,,,
customer,,C-1,Example Industries,,,,,,,,,,,,,,,
person,C-1,,Ada,ADA@example.com,,yes,,,,,,,,,,,,
contact,C-1,K-1,"Contact, Carla",carla@example.com,,,,,,,,,,,,,,
entitlement,C-1,E-1,Support,,,,2026-00017,premium,2026-01-01,2026-12-31,databases;tools,12,,,,,,
message,C-1,,,,,,,,,,,,,2026-10-01T09:00:00Z,T-1,Tom,"It says
nothing.",no
ticket,C-1,T-1,,,,,,,,,,,It does not start,2026-10-01T11:00:00+02:00,,,,
"""

# The name of a file, what it holds, and what is said of it.
OTHER_FORMS = [
    ("c.json", "{", "This is no JSON: Expecting property name enclosed in double quotes."),
    ("c.json", "[]", "The file must be an object with the one name “customers”, which is a list."),
    ("c.json", '{"customers": [], "customers": []}', "The name “customers” stands twice in one object."),
    ("c.json", '{"customers": [NaN]}', "“NaN” is no number."),
    ("c.json", '{"customers": ' + "[" * 100_000, "This is nested too deep."),
    ("c.json", '{"customers": [1' + "0" * 5000 + "]}", "This is no JSON that can be read."),
    ("c.json", '{"customers": [{"key": "\\ud800", "name": "x"}]}', "key: This text holds half a character."),
    ("c.json", '{"customers": [{"key": "a", "name": "\\u202e"}]}', "name: This name cannot be read."),
    ("c.csv", "", "The first line must name the columns, “kind” among them."),
    ("c.csv", "kind,color\n", "The column “color” is not known here, or stands twice."),
    ("c.csv", "kind,key\nplanet,x\n", "“planet” is no kind of row: customer, person, contact, entitlement, "),
    ("c.csv", 'kind,key\n"customer', "This is no CSV: unexpected end of data."),
    ("c.csv", "kind,key,name\ncustomer,a,b,c\n", "This line has more cells than there are columns."),
    ("c.csv", "kind,customer,email,role\nperson,C-9,a@example.com,admin\n", "There is no customer “C-9” in this"),
    ("c.xlsx", "", "The name of the file must end in .json or .csv."),
]


@pytest.fixture
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


@pytest.fixture
def staff(db: None) -> Person:
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True)


def recreated(**fields: Any) -> Organization:
    """The organization of Example Industries, made by Ada's coming."""
    give(example(**fields))
    ada = make_person(ADA)
    arrive(ada.user, ada.actor())
    return Organization.objects.get(name="Example Industries")


class TestReading:
    def test_csv_says_what_json_says_in_any_order(self) -> None:
        make_level("premium")
        looked = give_in(name="c.CSV", content="\ufeff" + CSV, by=Actor.system())
        apply_import(pk=looked.pk, by=Actor.system())
        customer = Customer.objects.get()
        assert sorted(customer.people.values_list("email", "role", "is_administrator")) == [
            ("ada@example.com", "admin", True), ("tom@example.com", "technical", False),
        ]  # fmt: skip
        assert customer.data["contacts"]["K-1"]["name"] == "Contact, Carla"
        assert customer.data["entitlements"]["E-1"]["families"] == ["databases", "tools"]
        assert customer.data["entitlements"]["E-1"]["units"] == 12
        ticket = customer.data["tickets"]["T-1"]
        assert ticket["created_at"] == "2026-10-01T09:00:00+00:00"
        assert [one["body"] for one in ticket["messages"].values()] == ["It says\nnothing."]

    def test_the_examples_of_the_documentation_can_be_given_in(self) -> None:
        make_level("premium")
        give_level = Path("docs/customer-directory.md").read_text(encoding="utf-8")
        for kind, name in (("json", "a.json"), ("csv", "a.csv")):
            content = give_level.partition(f"```{kind}\n")[2].partition("```")[0].replace('"product": "database", ', "")
            assert give_in(name=name, content=content, by=Actor.system()).state == "planned"

    def test_everything_wrong_is_said_with_its_place(self) -> None:
        make_level("premium")
        wrong = example(
            nickname="Ex",
            people=[person(ADA, "owner"), person(TOM), person("TOM@example.com"), {"email": "tom", "name": 7}],
            contacts=[{"key": "K-1", "name": "Carla"}, "Carla"],
            entitlements=[{**example()["entitlements"][0], "starts_on": "2027-01-01", "units": "12", "level": "gold"}],
            tickets=[{"key": "T-1", "title": "x", "created_at": "2026-10-01T09:00:00", "state": "new"}],
        )
        assert problems(written(wrong)) == [
            ("customers[0]", "“nickname” is no field of a customer."),
            ("customers[0].people[0]", "role: “owner” is not known here: admin, technical."),
            ("customers[0].people[3]", "email: “tom” is no e-mail address."),
            ("customers[0].people[3]", "name: This must be text."),
            ("customers[0].contacts[1]", "This must be an object with names and values."),
            ("customers[0].entitlements[0]", "units: This must be a whole number up to 10000000."),
            ("customers[0].entitlements[0]", "level: “gold” is not known here: premium."),
            ("customers[0].tickets[0]", "state: “new” is not known here: open, answered, solved, closed."),
            (
                "customers[0].tickets[0]",
                "created_at: “2026-10-01T09:00:00” is no time with its zone such as 2026-11-22T09:00:00Z.",
            ),
        ]

    def test_what_stands_twice_refuses_the_whole_file(self) -> None:
        make_level("premium")
        one, two = example(tickets=[]), example(tickets=[], key="C-2", people=[person("Tom@example.com")])
        found = problems(written(one, one, two))
        assert ("customers[1]", "The customer “C-1” stands at customers[0] already.") in found
        assert (
            "customers[2].people[0]",
            "The address tom@example.com stands at customers[0].people[1] already.",
        ) in found
        assert (
            "customers[2].entitlements[0]",
            "The number “2026-00017” stands at customers[0].entitlements[0] already.",
        ) in found
        assert not Customer.objects.exists()

    def test_a_file_of_another_form_is_refused_in_words(self) -> None:
        for name, content, said in OTHER_FORMS:
            assert problems(content, name)[0][1].startswith(said), content


class TestThePlan:
    def test_changes_nothing_and_says_what_is_new(self) -> None:
        looked = look(example())
        assert not Customer.objects.exists()
        counts = {"people": [None, 3], "contacts": [None, 1], "entitlements": [None, 1], "tickets": [None, 1]}
        assert lines(looked) == [("new", "customer", "C-1", counts)]

    def test_before_the_organization_is_there_says_field_by_field_what_is_another(self) -> None:
        give(example(), example(key="C-9", name="Gone", people=[], contacts=[], entitlements=[], tickets=[]))
        other = example(
            name="Example AG",
            people=[person(ADA, "admin"), person(TINA, "admin")],
            contacts=[{**example()["contacts"][0], "phone": "1"}],
            tickets=[],
        )
        looked = look(other)
        assert lines(looked) == [
            ("changed", "customer", "C-1", {"name": ["Example Industries", "Example AG"]}),
            ("headless", "customer", "C-1", {}),
            ("changed", "person", ADA, {"administrator": [True, False]}),
            ("changed", "person", TINA, {"role": ["technical", "admin"]}),
            ("forgotten", "person", TOM, {}),
            ("changed", "contact", "K-1", {"phone": ["", "1"]}),
            ("forgotten", "ticket", "T-1", {}),
            ("gone", "customer", "C-9", {}),
        ]
        apply_import(pk=looked.pk, by=Actor.system())
        assert lines(look(other)) == [("headless", "customer", "C-1", {}), ("gone", "customer", "C-9", {})]
        assert not CustomerPerson.objects.filter(email=TOM).exists()

    def test_that_is_no_longer_what_was_shown_is_not_applied(self) -> None:
        looked = look(example())
        give(example(name="Example AG"))
        with pytest.raises(Refused, match="Look at the new plan") as refused:
            apply_import(pk=looked.pk, by=Actor.system())
        assert refused.value.code == "changed"
        assert Customer.objects.get().name == "Example AG"
        assert lines(look_again(pk=looked.pk, by=Actor.system())) == [
            ("changed", "customer", "C-1", {"name": ["Example AG", "Example Industries"]})
        ]
        apply_import(pk=looked.pk, by=Actor.system())
        with pytest.raises(Refused, match="applied or refused already"):
            apply_import(pk=looked.pk, by=Actor.system())
        assert DirectoryImport.objects.get(pk=looked.pk).content == ""

    def test_nobody_is_taken_from_a_customer_of_whom_the_file_says_nothing(self) -> None:
        give(example())
        found = problems(written(example(key="C-2", people=[person(TOM)], contacts=[], entitlements=[], tickets=[])))
        assert found == [
            (
                "customers[0]",
                "The address tom@example.com stands in the directory at the customer “C-1”, who is not in this file.",
            )
        ]

    def test_who_moves_is_the_other_customers_from_then_on(self) -> None:
        give(example())
        empty: dict[str, Any] = {"contacts": [], "entitlements": [], "tickets": []}
        now = [
            example(people=[person(ADA, "admin", administrator=True)]),
            example(key="C-2", people=[person(TOM)], **empty),
        ]
        looked = look(*now)
        assert ("moved", "person", TOM, {}) in lines(looked)
        assert ("forgotten", "person", TINA, {}) in lines(looked)
        apply_import(pk=looked.pk, by=Actor.system())
        assert CustomerPerson.objects.get(email=TOM).customer.key == "C-2"

    def test_a_number_that_another_has_is_refused(self) -> None:
        make_entitlement(make_team("Rival", make_person("rita.rival@example.com")), number="2026-00017")
        found = problems(written(example(tickets=[])))
        assert found == [("customers[0]", "There is another entitlement with the number “2026-00017” already.")]


class TestLaterFiles:
    def test_add_and_change_what_nobody_changed_here(self) -> None:
        organization = recreated()
        ticket = example()["tickets"][0]
        answer = {"author": "Sara", "is_staff": True, "body": "Better?", "created_at": "2026-10-02T09:00:00Z"}
        give(
            example(
                contacts=[{**example()["contacts"][0], "duty": "CTO"}, {"key": "K-2", "name": "Max", "phone": "1"}],
                entitlements=[{**example()["entitlements"][0], "ends_on": "2027-12-31"}],
                tickets=[{**ticket, "state": "solved", "messages": [*ticket["messages"], answer]}],
            )
        )
        assert sorted(organization.contacts.values_list("name", "duty")) == [("Carla Contact", "CTO"), ("Max", "")]
        assert organization.entitlements.get().ends_on.isoformat() == "2027-12-31"
        raised = organization.tickets.get()
        assert (raised.state, raised.messages.count()) == ("solved", 3)
        assert raised.changed_at.isoformat() == "2026-10-02T09:00:00+00:00"
        updated = Event.objects.get(action="customer.updated")
        assert updated.organization_id == organization.pk
        assert updated.after == {
            "contact_changed": 1, "contact_new": 1, "entitlement_changed": 1, "ticket_changed": 1, "message_new": 1,
        }  # fmt: skip

    def test_never_overwrite_what_people_changed_here_and_say_so(self) -> None:
        organization = recreated()
        organization.contacts.update(phone="+49 30 1")
        Ticket.objects.update(state="answered")
        file = example(
            contacts=[{**example()["contacts"][0], "phone": "+49 40 2", "duty": "CTO"}],
            tickets=[{**example()["tickets"][0], "state": "solved"}],
        )
        looked = look(file)
        assert lines(looked) == [
            ("kept", "contact", "K-1", {"phone": ["+49 30 1", "+49 40 2"]}),
            ("changed", "contact", "K-1", {"duty": ["Technical contact", "CTO"]}),
            ("kept", "ticket", "T-1", {"state": ["answered", "solved"]}),
        ]
        apply_import(pk=looked.pk, by=Actor.system())
        contact = organization.contacts.get()
        assert (contact.phone, contact.duty, Ticket.objects.get().state) == ("+49 30 1", "CTO", "answered")
        # Said again as long as it is so.
        assert [line[0] for line in lines(look(file))] == ["kept", "kept"]

    def test_bring_nothing_back_that_was_removed_here_and_remove_nothing(self) -> None:
        organization = recreated()
        organization.contacts.all().delete()
        make_contact(organization)
        looked = look(example(entitlements=[], tickets=[]))
        assert lines(looked) == [
            ("removed", "contact", "K-1", {}), ("gone", "entitlement", "E-1", {}), ("gone", "ticket", "T-1", {}),
        ]  # fmt: skip
        apply_import(pk=looked.pk, by=Actor.system())
        assert organization.contacts.count() == organization.entitlements.count() == organization.tickets.count() == 1

    def test_who_is_a_member_keeps_the_role_and_who_is_gone_the_membership(self) -> None:
        organization = recreated()
        file = example(people=[person(ADA, "technical", administrator=True), person(TOM)])
        assert lines(look(file)) == [
            ("kept", "person", ADA, {"role": ["admin", "technical"]}),
            ("forgotten", "person", TINA, {}),
        ]
        give(example(people=[person(TOM)]))
        assert organization.memberships.get().role == "admin"
        assert CustomerPerson.objects.filter(email=ADA).exists()

    def test_leave_an_organization_alone_that_is_closed(self) -> None:
        organization = recreated()
        Organization.objects.filter(pk=organization.pk).update(status="closed", closed_at=organization.created_at)
        give(example(name="Example AG", contacts=[{"key": "K-2", "name": "Max", "phone": "1"}]))
        assert organization.contacts.get().name == "Carla Contact"
        Organization.objects.filter(pk=organization.pk).update(status="active", closed_at=None)
        give(example(name="Example AG", contacts=[{"key": "K-2", "name": "Max", "phone": "1"}]))
        assert organization.contacts.count() == 2


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
            assert staff.client.get(f"/admin/support/{name}/{row.pk}/change/").status_code == 200


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
    claimed.user.emailaddress_set.create(email=ADA, verified=False)
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
