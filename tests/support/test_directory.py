"""Files of customers: read strictly, looked at first, applied as they were shown, and never over people's work."""

from pathlib import Path
from typing import Any

import pytest

from console.refusal import Refused
from organizations.actors import Actor
from support.actions.customers import apply_import, give_in, look_again
from support.models import Customer, CustomerPerson, DirectoryImport
from tests.cast import make_person, make_team
from tests.support.directories import (
    ADA,
    TINA,
    TOM,
    example,
    give,
    lines,
    look,
    person,
    problems,
    written,
)
from tests.support.making import make_entitlement, make_level

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
            people=[
                person(ADA, "owner"),
                person(TOM),
                person("TOM@example.com"),
                {"email": "tom", "name": 7},
                person("tom@\N{KELVIN SIGN}elly.example"),
            ],
            contacts=[{"key": "K-1", "name": "Carla"}, "Carla"],
            entitlements=[{**example()["entitlements"][0], "starts_on": "2027-01-01", "units": "12", "level": "gold"}],
            tickets=[{"key": "T-1", "title": "x", "created_at": "2026-10-01T09:00:00", "state": "new"}],
        )
        assert problems(written(wrong)) == [
            ("customers[0]", "“nickname” is no field of a customer."),
            ("customers[0].people[0]", "role: “owner” is not known here: admin, technical."),
            ("customers[0].people[3]", "email: “tom” is no e-mail address."),
            ("customers[0].people[3]", "name: This must be text."),
            # The sign of Kelvin: in small letters it is another address.
            ("customers[0].people[4]", "email: “tom@\N{KELVIN SIGN}elly.example” is no e-mail address."),
            ("customers[0].contacts[1]", "This must be an object with names and values."),
            ("customers[0].entitlements[0]", "units: This must be a whole number up to 10000000."),
            ("customers[0].entitlements[0]", "level: “gold” is not known here: premium."),
            ("customers[0].tickets[0]", "state: “new” is not known here: open, answered, solved, closed."),
            (
                "customers[0].tickets[0]",
                "created_at: “2026-10-01T09:00:00” is no time with its zone such as 2026-11-22T09:00:00Z.",
            ),
        ]

    def test_messages_of_a_ticket_that_is_refused_are_not_told_that_there_is_none(self) -> None:
        make_level("premium")
        message = {"author": "Tom", "body": "It says nothing.", "created_at": "2026-10-01T09:00:00Z"}
        ticket = {"key": "T-1", "title": "x", "created_at": "2026-10-01T09:00:00Z", "messages": [message]}
        assert problems(written(example(tickets=[{**ticket, "state": "new"}]))) == [
            ("customers[0].tickets[0]", "state: “new” is not known here: open, answered, solved, closed."),
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
