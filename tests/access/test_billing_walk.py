"""Every address of an organization's money, with every method that it takes, by everybody, against the table."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from organizations.actions import remove_member
from organizations.models import CustomRole, Organization
from organizations.roles import Permission
from tests.access.billing_table import ADDRESSES, ALL, EDIT, HOLDERS, PAY, SEE, SUSPENSIONS
from tests.access.billing_walk import Place, all_visits, deviations, expected_for, routes, visits
from tests.access.walk import ABSENT, FORBIDDEN, NO_SUCH_METHOD, SIGN_IN, always, outcome
from tests.cast import Cast, make_person, make_team
from tests.reading import without_tokens

# On one engine: what a role may do is not asked of the database. Pages that say 403 or 404 are not drawn but where they
# are compared.
pytestmark = pytest.mark.django_db


@pytest.fixture
def money(cast: Cast) -> Place:
    """One of each thing that an address of Acme's money is about."""
    return Place.of(cast.acme)


def test_every_address_stands_in_the_table() -> None:
    """A new address must be entered in tests/access/billing_table.py by somebody who thought about who may go there."""
    assert set(routes()) == set(ADDRESSES)


def test_a_method_that_the_table_does_not_name_is_taken_from_nobody(cast: Cast, money: Place) -> None:
    others = [visit for visit in all_visits(money) if not ADDRESSES[visit.name].permission(visit.method)]
    assert [visit for visit in others if outcome(visit.by(cast.olivia.client)) != NO_SUCH_METHOD] == []


# Who holds everything shows that each is open; who holds none of it, that none is. The rest is more of the same.
@pytest.mark.parametrize(
    "role", ["billing", "member", *(pytest.param(r, marks=pytest.mark.long) for r in ("owner", "admin", "tech"))]
)
@pytest.mark.usefixtures("statuses_only")
def test_a_role_may_do_what_the_table_says(cast: Cast, money: Place, role: str) -> None:
    assert deviations(cast.roles[role].client, money, expected_for(HOLDERS["default"][role])) == []


@pytest.mark.parametrize(
    ("policy", "role"),
    [
        pytest.param(policy, role, marks=[] if (policy, role) == ("exoscale", "tech") else pytest.mark.long)
        for policy, roles in HOLDERS.items()
        for role in roles
        if policy != "default"
    ],
)
@pytest.mark.usefixtures("statuses_only")
def test_a_role_of_a_vendor_may_do_what_the_table_says(install: Callable[[str], None], policy: str, role: str) -> None:
    """Under `exoscale` nothing was paid yet: it is suspended, and this is how it is paid for."""
    install(policy)
    founder, somebody = make_person("the.founder@example.com"), make_person("some.body@example.com")
    place = Place.of(make_team("Acme", founder, {role: somebody}))
    assert deviations(somebody.client, place, expected_for(HOLDERS[policy][role])) == []


@pytest.mark.parametrize("one", [SEE, pytest.param(PAY, marks=pytest.mark.long), EDIT])
@pytest.mark.usefixtures("statuses_only")
def test_a_role_of_ones_own_may_do_one_thing_and_not_the_others(cast: Cast, money: Place, one: str) -> None:
    held = frozenset({Permission.VIEW_ORGANIZATION, Permission(one)})
    role = CustomRole.objects.create(organization=cast.acme, name="One thing", permissions=held)
    cast.acme.memberships.filter(user=cast.mia.user).update(role="custom", custom_role=role)
    assert deviations(cast.mia.client, money, expected_for({one})) == []


# None of them withholds anything of it: the one by staff, which withholds most, shows it.
@pytest.mark.parametrize(
    "reason", [pytest.param(one, marks=[] if one == "staff" else pytest.mark.long) for one in SUSPENSIONS]
)
@pytest.mark.usefixtures("statuses_only")
def test_suspended_all_of_it_goes_on(cast: Cast, money: Place, reason: str) -> None:
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for=reason)
    assert deviations(cast.bella.client, money, expected_for(ALL)) == []


def test_signed_out_everybody_is_sent_to_sign_in(money: Place) -> None:
    assert deviations(Client(), money, always(SIGN_IN)) == []


@pytest.mark.usefixtures("statuses_only")
def test_to_whoever_is_not_a_member_nothing_is_there(cast: Cast, money: Place) -> None:
    """A stranger, another organization's founder, somebody who was removed a moment ago, and all once it is closed."""
    remove_member(membership=cast.bella.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    cast.acme.memberships.filter(user=cast.adam.user).update(ends_at=timezone.now())
    for person in (cast.sam, cast.rita, cast.bella, cast.adam):
        assert deviations(person.client, money, always(ABSENT)) == []


@pytest.mark.usefixtures("statuses_only")
def test_closed_it_is_there_for_nobody(cast: Cast) -> None:
    place = Place.of(cast.acme)
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    assert deviations(cast.olivia.client, place, always(ABSENT)) == []


def test_what_is_of_another_organization_reads_like_what_is_not_there(cast: Cast, money: Place) -> None:
    """Attack 19: Rival's payment, card, address and invoice below Acme's slug."""
    theirs = Place.of(cast.rival)
    client = cast.bella.client
    of_objects = {name for name, route in routes().items() if "<uuid:pk>" in route or "<str:number>" in route}
    nowhere = {visit.name + visit.method: visit for visit in visits(_made_up(theirs), slug="acme")}
    for visit in visits(theirs, slug="acme"):
        if visit.name in of_objects:
            answer, absent = visit.by(client), nowhere[visit.name + visit.method]
            assert outcome(answer) == ABSENT, visit
            # The switch of language comes back to the page: its address is all that may differ.
            said = without_tokens(absent.by(client)).replace(absent.path, "")
            assert without_tokens(answer).replace(visit.path, "") == said, visit


def _made_up(place: Place) -> Place:
    """The same with ids that were never given."""
    unsaved = {
        name: type(row)(**{name: getattr(row, name) for name in ("year", "number") if hasattr(row, name)})
        for name in ("payment", "method", "recipient", "invoice")
        if (row := getattr(place, name))
    }
    unsaved["invoice"].number = "1999-000001"
    return replace(place, **unsaved)


@pytest.mark.usefixtures("statuses_only")
def test_in_a_personal_account_its_person_does_all_of_it(cast: Cast) -> None:
    place = Place.of(cast.mia.user.personal_account)
    assert deviations(cast.mia.client, place, expected_for(ALL)) == []


@pytest.mark.usefixtures("statuses_only")
def test_of_someone_elses_personal_account_nothing_is_there(cast: Cast) -> None:
    """`personal` is always one's own: the ids of Mia's are not in Sam's."""
    place = Place.of(cast.mia.user.personal_account)
    of_objects = [v for v in visits(place) if "<" in routes()[v.name].removeprefix("o/<slug:slug>/")]
    found = {visit: outcome(visit.by(cast.sam.client)) for visit in of_objects if visit.name != "invoices_archive"}
    assert [visit for visit, answer in found.items() if answer != ABSENT] == []
    assert FORBIDDEN not in found.values()
