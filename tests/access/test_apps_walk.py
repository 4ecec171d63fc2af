"""Every address of infrastructure and of support, with every method, by everybody, against their tables."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from organizations.actions import remove_member
from organizations.models import CustomRole, Organization
from organizations.roles import Permission
from tests.access import infrastructure_table, support_table
from tests.access.apps_walk import App, furnish_infrastructure, furnish_support
from tests.access.table import PEOPLE, POLICIES, ROLES, WITHHELD
from tests.access.walk import ABSENT, NO_SUCH_METHOD, SIGN_IN, always, outcome
from tests.cast import Cast, make_person, make_team
from tests.reading import without_tokens

# On one engine: what a role may do is not asked of the database. Pages that say 403 or 404 are not drawn but where they
# are compared.
pytestmark = pytest.mark.django_db

INFRASTRUCTURE = App(
    name="infrastructure",
    addresses=infrastructure_table.ADDRESSES,
    furnish=furnish_infrastructure,
    queries=infrastructure_table.QUERIES,
)
SUPPORT = App(name="support", addresses=support_table.ADDRESSES, furnish=furnish_support)
APPS = (INFRASTRUCTURE, SUPPORT)


@pytest.fixture(params=APPS, ids=lambda app: app.name)
def app(request: pytest.FixtureRequest) -> App:
    """Each of them in turn."""
    found: App = request.param
    return found


def test_every_address_stands_in_its_table(app: App) -> None:
    """A new address must be entered in the app's table by somebody who thought about who may go there."""
    assert set(app.routes()) == set(app.addresses)


def test_a_method_that_the_table_does_not_name_is_taken_from_nobody(cast: Cast, app: App) -> None:
    visits = list(app.all_visits("acme", app.furnish(cast.acme)))
    others = [visit for visit in visits if not app.addresses[visit.name].permission(visit.method)]
    assert [visit for visit in others if outcome(visit.by(cast.olivia.client)) != NO_SUCH_METHOD] == []


# An owner holds all of it, a tech all of infrastructure, and a member raises tickets: the rest is more of the same.
@pytest.mark.parametrize(
    "role",
    [pytest.param(role, marks=[] if role in {"owner", "tech", "member"} else pytest.mark.long) for role in ROLES],
)
@pytest.mark.usefixtures("statuses_only")
def test_a_role_may_do_what_the_table_says(cast: Cast, app: App, role: str) -> None:
    objects = app.furnish(cast.acme)
    assert app.deviations(cast.roles[role].client, "acme", objects, app.expected_for(ROLES[role])) == []


@pytest.mark.parametrize(
    ("policy", "role"),
    [
        pytest.param(policy, role, marks=[] if (policy, role) == ("percona", "technical") else pytest.mark.long)
        for policy, roles in POLICIES.items()
        for role in roles
        if policy != "default"
    ],
)
@pytest.mark.usefixtures("statuses_only")
def test_a_role_of_a_vendor_may_do_what_the_table_says(
    install: Callable[[str], None], app: App, policy: str, role: str
) -> None:
    """Under `exoscale` nothing was paid yet: it is suspended, and nothing is added."""
    install(policy)
    founder, somebody = make_person("the.founder@example.com"), make_person("some.body@example.com")
    team = make_team("Acme", founder, {role: somebody})
    held = POLICIES[policy][role] - WITHHELD[team.suspended_for]
    assert app.deviations(somebody.client, team.slug, app.furnish(team), app.expected_for(held)) == []


@pytest.mark.parametrize(
    ("name", "one"),
    [
        pytest.param("infrastructure", "view_infrastructure", marks=pytest.mark.long),
        ("infrastructure", "manage_infrastructure"),
        pytest.param("infrastructure", "add_infrastructure", marks=pytest.mark.long),
        ("support", "view_customer_data"),
    ],
)
@pytest.mark.usefixtures("statuses_only")
def test_a_role_of_ones_own_may_do_one_thing_and_not_the_others(cast: Cast, name: str, one: str) -> None:
    """Who changes infrastructure sees it; nothing else comes with anything."""
    app = next(app for app in APPS if app.name == name)
    held = {"view_organization", one} | ({"view_infrastructure"} if name == "infrastructure" else set())
    role = CustomRole.objects.create(
        organization=cast.acme, name="One thing", permissions=frozenset(map(Permission, held))
    )
    cast.acme.memberships.filter(user=cast.mia.user).update(role="custom", custom_role=role)
    assert app.deviations(cast.mia.client, "acme", app.furnish(cast.acme), app.expected_for(held)) == []


# What one by staff withholds is more than what a payment would lift.
@pytest.mark.parametrize(
    "reason", ["staff", *(pytest.param(r, marks=pytest.mark.long) for r in ("unfunded", "past_due"))]
)
@pytest.mark.usefixtures("statuses_only")
def test_suspended_nothing_is_added_and_the_rest_goes_on(cast: Cast, app: App, reason: str) -> None:
    objects = app.furnish(cast.acme)
    Organization.objects.filter(pk=cast.acme.pk).update(status="suspended", suspended_for=reason)
    held = ROLES["owner"] - WITHHELD[reason]
    assert app.deviations(cast.olivia.client, "acme", objects, app.expected_for(held)) == []


def test_signed_out_everybody_is_sent_to_sign_in(cast: Cast, app: App) -> None:
    assert app.deviations(Client(), "acme", app.furnish(cast.acme), always(SIGN_IN)) == []


@pytest.mark.usefixtures("statuses_only")
def test_to_whoever_is_not_a_member_nothing_is_there(cast: Cast, app: App) -> None:
    """A stranger, another organization's founder, somebody who was removed a moment ago, and all once it is closed."""
    objects = app.furnish(cast.acme)
    remove_member(membership=cast.theo.membership(cast.acme), by=cast.olivia.actor(cast.acme))
    cast.acme.memberships.filter(user=cast.adam.user).update(ends_at=timezone.now())
    for person in (cast.sam, cast.rita, cast.theo, cast.adam):
        assert app.deviations(person.client, "acme", objects, always(ABSENT)) == []
    Organization.objects.filter(pk=cast.acme.pk).update(status="closed", closed_at=timezone.now())
    assert app.deviations(cast.olivia.client, "acme", objects, always(ABSENT)) == []


def test_what_is_of_another_organization_reads_like_what_is_not_there(cast: Cast, app: App) -> None:
    """Attack 19: what Rival has, below Acme's slug."""
    theirs = app.furnish(cast.rival)
    nobodys = {noun: dict.fromkeys(ids, uuid4()) for noun, ids in theirs.items()}
    client, of_objects = cast.olivia.client, app.of_objects()
    for visit, absent in zip(app.visits("acme", theirs), app.visits("acme", nobodys), strict=True):
        if visit.name in of_objects:
            answer = visit.by(client)
            assert outcome(answer) == ABSENT, visit
            # The switch of language comes back to the page: its address is all that may differ.
            said = without_tokens(absent.by(client)).replace(absent.path, "")
            assert without_tokens(answer).replace(visit.path, "") == said, visit


@pytest.mark.usefixtures("statuses_only")
def test_in_a_personal_account_its_person_does_all_of_it_and_nobody_else_any(cast: Cast, app: App) -> None:
    """`personal` is always one's own: the ids of Mia's are not in Sam's."""
    objects = app.furnish(cast.mia.user.personal_account)
    expected = app.expected_for(ROLES["owner"] - PEOPLE)
    assert app.deviations(cast.mia.client, "personal", objects, expected) == []
    of_objects = [visit for visit in app.visits("personal", objects) if visit.name in app.of_objects()]
    assert [visit for visit in of_objects if outcome(visit.by(cast.sam.client)) != ABSENT] == []
