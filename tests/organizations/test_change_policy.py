"""``manage.py change_policy``: the roles of all data become those of another policy, or nothing changes at all."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.state import StateApps
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from audit.models import Event
from console.startup import refuse_wrong_start
from organizations.actions.policy_change import KEPT_KEYS
from organizations.models import (
    BatchRow,
    CustomRole,
    Domain,
    Invitation,
    InvitationBatch,
    JoinRequest,
    Membership,
    Organization,
    PolicyInForce,
)
from organizations.models.role import RoleHolder, role_holders
from organizations.receivers import note_policy
from organizations.roles import Permission
from projects.models import RoleGroup
from support.models import CustomerPerson
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.asking import ask, make_public, state
from tests.organizations.inviting import invite
from tests.reading import main_words

pytestmark = pytest.mark.django_db

TO_OVHCLOUD = ["admin=admin", "billing=member", "tech=member", "member=member"]


def change(to: str, *mapping: str, dry_run: bool = False) -> str:
    """What the command says."""
    said = StringIO()
    call_command("change_policy", to, *(["--map", *mapping] if mapping else []), dry_run=dry_run, stdout=said)
    return said.getvalue()


def role_of(person: Person, organization: Organization) -> tuple[str, int]:
    return Membership.objects.values_list("role", "rank").get(organization=organization, user=person.user)


def test_the_database_says_under_which_policy_it_was_made() -> None:
    assert PolicyInForce.objects.key() == "default"
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyInForce.objects.create(policy="percona")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyInForce.objects.create(policy="percona", is_only=False)


def test_a_new_database_is_one_of_the_policy_that_it_is_made_under(settings: Settings) -> None:
    PolicyInForce.objects.all().delete()
    settings.CONSOLE_POLICY = "exoscale"
    call_command("migrate", verbosity=0)
    assert PolicyInForce.objects.key() == "exoscale"


def test_an_older_database_is_one_of_the_only_policy_that_there_was(cast: Cast, settings: Settings) -> None:
    PolicyInForce.objects.all().delete()
    settings.CONSOLE_POLICY = "exoscale"
    call_command("migrate", verbosity=0)
    assert PolicyInForce.objects.key() == "default"


def test_every_role_becomes_what_was_said(cast: Cast, settings: Settings) -> None:
    invite(cast, "new.face@example.com", "tech")
    Domain.objects.create(organization=cast.acme, name="acme.example", role="billing")
    said = change("ovhcloud", *TO_OVHCLOUD)
    assert role_of(cast.olivia, cast.acme) == ("admin", 0)
    assert role_of(cast.adam, cast.acme) == ("admin", 0)
    assert role_of(cast.mia, cast.acme) == ("member", 1)
    assert role_of(cast.theo, cast.acme) == ("member", 1)
    assert role_of(cast.rita, cast.rival) == ("admin", 0)
    assert (Invitation.objects.get().role, Domain.objects.get().role) == ("member", "member")
    assert PolicyInForce.objects.key() == "ovhcloud"
    assert said.splitlines() == [
        "From default to ovhcloud:",
        "  domains: 1 billing → member",
        "  invitations: 1 tech → member",
        # Olivia and Rita, and seven personal accounts.
        "  memberships: 1 admin → admin, 1 billing → member, 1 member → member, 9 owner → admin, 1 tech → member",
        "  personal accounts are kept, and out of reach",
        "Set CONSOLE_POLICY=ovhcloud now, then start all processes.",
    ]
    settings.CONSOLE_POLICY = "ovhcloud"
    assert "Mia Member" in main_words(cast.adam.client.get("/o/acme/members/"))


def test_two_roles_can_change_places(cast: Cast) -> None:
    """In `exoscale` an Admin pays, and a Billing is none: the words cross over."""
    change("exoscale", "admin=tech", "billing=admin", "tech=tech", "member=tech")
    found = dict(cast.acme.memberships.values_list("user__email", "role"))
    assert found == {
        "olivia.owner@example.com": "owner",
        "adam.admin@example.com": "tech",
        "bella.billing@example.com": "admin",
        "theo.tech@example.com": "tech",
        "mia.member@example.com": "tech",
    }
    assert [m.rank for m in cast.acme.memberships.order_by("rank")] == [0, 1, 1, 1, 2]


def test_a_dry_run_says_what_would_change_and_changes_nothing(cast: Cast) -> None:
    before = list(Membership.objects.order_by("pk").values_list("role", "rank"))
    said = change("ovhcloud", *TO_OVHCLOUD, dry_run=True)
    assert "9 owner → admin" in said
    assert said.endswith("This was a dry run: nothing has changed.\n")
    assert list(Membership.objects.order_by("pk").values_list("role", "rank")) == before
    assert PolicyInForce.objects.key() == "default"
    assert not Event.objects.filter(action="policy.changed").exists()


@pytest.mark.parametrize(
    ("to", "mapping", "says"),
    [
        ("anarchy", [], "There is no policy 'anarchy'; there are: default, exoscale, ovhcloud, percona."),
        ("default", [], "The data is under 'default' already."),
        ("ovhcloud", [], "These roles are in use and mapped to none: admin, billing, member, tech."),
        ("ovhcloud", TO_OVHCLOUD[1:], "These roles are in use and mapped to none: admin. Say what each becomes"),
        ("ovhcloud", [*TO_OVHCLOUD, "chief=member"], "'default' has no role chief;"),
        ("ovhcloud", [*TO_OVHCLOUD[1:], "admin=chief"], "'ovhcloud' has no role chief; it has: admin, member."),
        ("ovhcloud", ["admin"], "--map takes old=new, not 'admin'."),
        (
            "ovhcloud",
            [*TO_OVHCLOUD, "owner=member"],
            "1 organizations would be left without a 'admin'. Map 'owner' to it. They are, 10 at most: rival.",
        ),
    ],
)
def test_what_cannot_be_mapped_is_refused_and_nothing_changes(
    cast: Cast, to: str, mapping: list[str], says: str
) -> None:
    before = list(Membership.objects.order_by("pk").values_list("role", "rank"))
    with pytest.raises(CommandError) as refused:
        change(to, *mapping)
    assert says in str(refused.value)
    assert list(Membership.objects.order_by("pk").values_list("role", "rank")) == before
    assert PolicyInForce.objects.key() == "default"


def test_nobody_is_in_two_organizations_under_a_policy_of_one(cast: Cast) -> None:
    mapping = ["admin=technical", "billing=technical", "tech=technical", "member=technical"]
    second = make_team("Vega", cast.rita, {"member": cast.mia})
    with pytest.raises(CommandError) as refused:
        change("percona", *mapping)
    # Mia in Acme and Vega, Rita in Rival and Vega.
    assert "2 people are in more than 1 organization, which 'percona' does not allow." in str(refused.value)
    assert str(cast.mia.user.pk) in str(refused.value)
    assert "mia.member" not in str(refused.value)
    Organization.objects.filter(pk=second.pk).update(status="closed", closed_at=timezone.now())
    change("percona", *mapping)
    assert role_of(cast.mia, cast.acme) == ("technical", 1)
    assert role_of(cast.olivia, cast.acme) == ("admin", 0)


def test_personal_accounts_are_made_for_who_has_none(cast: Cast, settings: Settings) -> None:
    change("ovhcloud", *TO_OVHCLOUD)
    settings.CONSOLE_POLICY = "ovhcloud"
    late = make_person("late.comer@example.com")
    assert not Organization.objects.filter(person=late.user).exists()
    assert "personal accounts made: 1" in change("exoscale", "member=tech")
    settings.CONSOLE_POLICY = "exoscale"
    assert late.client.get("/o/personal/").status_code == 200
    assert role_of(late, late.user.personal_account) == ("owner", 0)
    assert User.objects.filter(personal_account=None).count() == 0


def test_roles_of_their_own_stay(cast: Cast, settings: Settings) -> None:
    role = CustomRole.objects.create(
        organization=cast.acme, name="Auditor", permissions={Permission.VIEW_ORGANIZATION, Permission.VIEW_BILLING}
    )
    mia = cast.mia.membership(cast.acme)
    mia.give(role.as_role)
    mia.save()
    change("ovhcloud", "admin=member", "billing=member", "tech=member")
    settings.CONSOLE_POLICY = "ovhcloud"
    mia = cast.mia.membership(cast.acme)
    assert (mia.role_label, mia.rank, mia.permissions) == ("Auditor", 100, role.permissions)


def test_who_becomes_a_founder_stays(cast: Cast) -> None:
    """A membership with an end would otherwise take the last founder away."""
    Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(
        ends_at=timezone.now() + timedelta(days=9)
    )
    change("ovhcloud", *TO_OVHCLOUD)
    assert cast.adam.membership(cast.acme).ends_at is None


def test_rows_that_wait_to_be_sent_are_mapped_too(cast: Cast) -> None:
    """An `admin` of the one policy must not be invited as the `admin`, the founder, of the other."""
    batch = InvitationBatch.objects.create(organization=cast.acme, by=cast.olivia.user)
    BatchRow.objects.create(batch=batch, number=1, email="one@example.com", role="admin")
    change("ovhcloud", "admin=member", "billing=member", "tech=member", "member=member")
    assert BatchRow.objects.get().role == "member"


def test_every_row_that_names_a_role_is_covered() -> None:
    """A new model with a role must be a RoleHolder, be entered among those that keep a key, or have a receiver."""
    models_with_role = {
        (model, column.name)
        for model in Organization._meta.apps.get_models()
        for column in model._meta.get_fields()
        if isinstance(column, models.CharField) and column.name in {"role", "giver_role", "role_key"}
    }
    # Moved by receivers of `mapping_roles` (tests/projects/test_grants_by_policy.py, support/test_directory_staff.py).
    kept = {*KEPT_KEYS, (RoleGroup, "role"), (CustomerPerson, "role")}
    assert models_with_role - kept == {(model, "role") for model in role_holders()}
    assert {Membership, Invitation, Domain} <= set(role_holders())
    assert all(issubclass(model, RoleHolder) for model in role_holders())


def test_it_is_written_down_as_the_systems(cast: Cast) -> None:
    change("ovhcloud", *TO_OVHCLOUD)
    event = Event.objects.get(action="policy.changed")
    assert (event.actor_kind, event.organization_id) == ("system", None)
    assert (event.before, event.after["policy"]) == ({"policy": "default"}, "ovhcloud")
    assert event.after["roles"]["billing"] == "member"


def test_a_thousand_memberships_take_as_many_statements_as_ten(cast: Cast) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            change("ovhcloud", *TO_OVHCLOUD, dry_run=True)
        return len(captured)

    few = statements()
    teams = Organization.objects.bulk_create(
        Organization(name=f"Team {number}", slug=f"team-{number}") for number in range(1000)
    )
    Membership.objects.bulk_create(Membership.build(organization=o, user=cast.sam.user, role="owner") for o in teams)
    assert statements() == few
    # A few for each kind of row that names a role: eight kinds.
    assert few < 36


def test_nothing_starts_over_the_data_of_another_policy(cast: Cast, settings: Settings) -> None:
    refuse_wrong_start()
    settings.CONSOLE_POLICY = "percona"
    with pytest.raises(ImproperlyConfigured, match="the data was made under 'default'"):
        refuse_wrong_start()
    with pytest.raises(SystemCheckError, match=r"organizations\.E003"):
        call_command("check", deploy=True, databases=["default"])
    # What prepares the database and changes the policy must run all the same.
    call_command("migrate", verbosity=0)
    settings.CONSOLE_POLICY = "ovhcloud"
    change("ovhcloud", *TO_OVHCLOUD)
    refuse_wrong_start()


def test_a_database_without_the_table_stops_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PolicyInForce._meta, "db_table", "not_there")
    settings.CONSOLE_POLICY = "percona"
    with transaction.atomic():
        refuse_wrong_start()
        transaction.set_rollback(True)


def test_going_back_before_the_table_writes_nothing() -> None:
    PolicyInForce.objects.all().delete()
    note_policy(app_config=apps.get_app_config("organizations"), using="default", apps=StateApps([], {}))
    assert PolicyInForce.objects.key() is None


class TestRequestsToJoin:
    @pytest.fixture
    def asked(self, cast: Cast) -> JoinRequest:
        make_public(cast.acme)
        return ask(cast.sam)

    def test_they_lapse_where_there_is_no_directory(self, cast: Cast, asked: JoinRequest, settings: Settings) -> None:
        mapping = ["admin=admin", "billing=admin", "tech=tech", "member=tech"]
        assert "for want of a directory: 1" in change("exoscale", *mapping, dry_run=True)
        assert state(asked) == "pending"
        assert "for want of a directory: 1" in change("exoscale", *mapping)
        assert state(asked) == "lapsed"
        assert Event.objects.get(action="join_request.lapsed").target_id == asked.pk
        assert Event.objects.get(action="policy.changed").after["requests"] == 1
        settings.CONSOLE_POLICY = "exoscale"
        assert "asks to join" not in main_words(cast.olivia.client.get("/notifications/"))

    def test_they_stay_where_there_is_one(self, cast: Cast, asked: JoinRequest) -> None:
        assert "directory" not in change("ovhcloud", *TO_OVHCLOUD)
        assert state(asked) == "pending"
