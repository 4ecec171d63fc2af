"""A list costs the same number of queries whether it has one row or a thousand.

Members, the directory with requests to join, notifications and most of billing have tests of their own.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission as AuthPermission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Notification, User
from billing.models import Payment
from console.ids import uuid7
from organizations.actions import check_batch
from organizations.actions.invitations.batches import Entry
from organizations.models import (
    ApiKey,
    CustomRole,
    Domain,
    Invitation,
    JoinRequest,
    Membership,
    Organization,
    OrganizationExport,
)
from organizations.roles import Permission
from outbox.models import Mail
from projects.models import Operation, PersonGrant, Project, Service, ServiceKind, Tag
from tests.api.keying import program_of
from tests.billing.making import account_of
from tests.cast import Cast
from tests.organizations.batching import page_of
from tests.organizations.logging_events import write
from tests.organizations.securing import fill as fill_team
from tests.projects.making import make_kind, make_project, make_region

pytestmark = pytest.mark.django_db

MANY = 1_000
# More than a page of the API has.
FULL = 120
FEW = 6


def queries(client: Client, path: str, headers: dict[str, str] | None = None) -> int:
    """How many queries a page takes, once what every visit changes (the last context) is as it was."""
    client.get(path, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers=headers).status_code == 200
    return len(captured)


def invite(cast: Cast, number: int) -> None:
    """So many invitations to Acme, each with its mail; nobody has to send them."""
    mails = Mail.objects.bulk_create(
        Mail(to=f"guest-{index}@example.com", subject="Join", text="Join", from_address="no-reply@example.com")
        for index in range(number)
    )
    Invitation.objects.bulk_create(
        Invitation(organization=cast.acme, email=mail.to, role="member", invited_by=cast.olivia.user, mail=mail)
        for mail in mails
    )


def invite_sam(cast: Cast, number: int) -> None:
    """So many organizations invite Sam."""
    Invitation.objects.bulk_create(
        Invitation(
            organization=organization, email="sam.stranger@example.com", role="member", invited_by=cast.olivia.user
        )
        for organization in found(number)
    )


def join(cast: Cast, number: int) -> None:
    """Sam is a member of so many organizations."""
    Membership.objects.bulk_create(
        Membership.build(organization=organization, user=cast.sam.user, role="member") for organization in found(number)
    )


def found(number: int) -> list[Organization]:
    """So many organizations without anybody in them."""
    return Organization.objects.bulk_create(
        Organization(name=f"Organization {index}", slug=f"organization-{number}-{index}") for index in range(number)
    )


def notify(cast: Cast, number: int) -> None:
    """So many things await Sam."""
    Notification.objects.filter(user=cast.sam.user).delete()
    Notification.objects.bulk_create(
        Notification(
            user=cast.sam.user,
            kind="invitation",
            target_id=uuid7(),
            address="/profile/organizations/",
            names={"organization": f"Organization {index}", "person": "Olivia Owner"},
        )
        for index in range(number)
    )


def make_roles(cast: Cast, number: int) -> None:
    """So many people of Acme have so many roles of its own, of which there are 50 at most."""
    CustomRole.objects.filter(organization=cast.acme).delete()
    roles = CustomRole.objects.bulk_create(
        CustomRole(organization=cast.acme, name=f"Role {index}", permissions={Permission.VIEW_ORGANIZATION})
        for index in range(min(number, 50))
    )
    Membership.objects.bulk_create(
        Membership.build(organization=cast.acme, user=user, role="custom", custom_role=roles[index % len(roles)])
        for index, user in enumerate(people(number))
    )


def export(cast: Cast, number: int) -> None:
    """So many exports of Acme came to nothing; those who asked are others each time."""
    OrganizationExport.objects.bulk_create(
        OrganizationExport(organization=cast.acme, requested_by=user, state="failed") for user in people(number)
    )


def happen(cast: Cast, number: int) -> None:
    """So many events stand in Acme's log."""
    write(cast.acme, cast.mia, number, key_id=uuid7(), key_name="Nightly build", target_id=uuid7())


def make_keys(cast: Cast, number: int) -> None:
    """Olivia has so many further keys in Acme, and Acme so many of its own."""
    ApiKey.objects.exclude(kind="pair").delete()
    theirs = cast.olivia.membership(cast.acme)
    ApiKey.objects.bulk_create(
        ApiKey(
            organization=cast.acme,
            membership=membership,
            kind=kind,
            name=f"Key {index}",
            created_by=cast.adam.user,
            networks=["192.0.2.0/24"],
        )
        for index in range(number)
        for kind, membership in (("named", theirs), ("service", None))
    )


def make_projects(cast: Cast, number: int) -> None:
    """So many projects of Acme, each with a tag and a service."""
    Project.objects.all().delete()
    region, kind = make_region(), ServiceKind.objects.filter(key="postgresql").first() or make_kind()
    made = Project.objects.bulk_create(
        Project(organization=cast.acme, slug=f"p-{index}", name=f"Project {index}", region=region)
        for index in range(number)
    )
    Tag.objects.bulk_create(Tag(project=project, name="shop") for project in made)
    size = kind.sizes.get(key="small")
    Service.objects.bulk_create(Service(project=project, kind=kind, size=size, name="Cache") for project in made)


def grant(cast: Cast, number: int) -> None:
    """So many people of Acme were granted a project by name."""
    project = Project.objects.filter(slug="website").first() or make_project(cast.acme)
    members = Membership.objects.bulk_create(
        Membership.build(organization=cast.acme, user=user, role="member") for user in people(number)
    )
    permission = AuthPermission.objects.get(codename="grant_view")
    PersonGrant.objects.bulk_create(
        PersonGrant(user_id=member.user_id, content_object=project, permission=permission) for member in members
    )


def make_services(cast: Cast, number: int) -> None:
    """So many services of a project of Acme, each with something that is being done."""
    project = Project.objects.filter(slug="website").first() or make_project(cast.acme)
    kind = ServiceKind.objects.filter(key="postgresql").first() or make_kind()
    Service.objects.all().delete()
    size = kind.sizes.get(key="small")
    made = Service.objects.bulk_create(
        Service(project=project, kind=kind, size=size, name=f"Cache {index}") for index in range(number)
    )
    Operation.objects.bulk_create(
        Operation(service=service, number=1, verb="create", size=size, ends_in="running") for service in made
    )


def pay(cast: Cast, number: int) -> None:
    """So many payments of Acme that came to nothing, each begun by somebody else."""
    account, now = account_of(cast.acme), timezone.now()
    Payment.objects.bulk_create(
        Payment(account=account, amount=100, state="failed", gateway="sandbox", asked_by=user, settled_at=now)
        for user in people(number)
    )


def people(number: int) -> list[User]:
    """So many people without a personal account."""
    return User.objects.bulk_create(User(email=f"p{number}-{index}@example.com") for index in range(number))


@pytest.mark.parametrize(
    ("who", "path", "fill", "most"),
    [
        # Own roles, and how many have each: built in, and own.
        ("olivia", "/o/acme/settings/roles/", make_roles, FEW + 1),
        # One's own, and a page of the organization's with who made them.
        ("olivia", "/o/acme/api-keys/", make_keys, FEW + 1),
        # Those without, how many they are, and whether who asks is one of them.
        ("olivia", "/o/acme/settings/security/second-factor/?grace_days=7&phone_counts=True", fill_team, FEW + 1),
        # The invitations with their mails, the lists of addresses that wait, and how many requests do, for the tab.
        ("olivia", "/o/acme/members/invitations/", invite, FEW + 1),
        # Invitations, requests, my addresses, who wants one of them, the directory, what I have closed, where I am.
        ("sam", "/profile/organizations/", invite_sam, FEW + 4),
        ("sam", "/profile/organizations/", join, FEW + 4),
        ("sam", "/profile/preferences/", join, FEW),
        ("sam", "/notifications/", notify, FEW),
        ("sam", "/notifications/", join, FEW),
        # The roles that its sentences name, and the events.
        ("olivia", "/o/acme/settings/audit-log/", happen, FEW + 1),
        # Regions, the projects, their services and their tags; who may see only what was granted asks for no more.
        ("theo", "/o/acme/projects/", make_projects, FEW + 3),
        ("mia", "/o/acme/projects/?q=project&tag=shop", make_projects, FEW + 3),
        # The project, the roles and what was granted to them, how many have each, and the people.
        ("olivia", "/o/acme/projects/website/access/", grant, FEW + 4),
        # What may be done in the project, its tags, how many services there are of each state, and a page of them.
        ("mia", "/o/acme/projects/website/", make_services, FEW + 3),
        # The account, what is due, and a page of the list.
        ("bella", "/o/acme/billing/payments/", pay, FEW + 1),
        # While a line of the check list is open, each line asks whether it is done (a project may be seen by a role, by
        # name or through a role's grant); other pages remember. The projects that were changed last; funds and plan.
        ("sam", "/o/personal/", join, FEW + 11),
    ],
)
def test_a_list_takes_the_same_number_of_queries(
    who: str, path: str, fill: Callable[[Cast, int], None], most: int, cast: Cast
) -> None:
    client = getattr(cast, who).client
    fill(cast, 1)
    with_one = queries(client, path)
    Invitation.objects.all().delete()
    Membership.objects.exclude(custom_role=None).delete()
    fill(cast, MANY)
    assert queries(client, path) == with_one
    assert with_one <= most


def test_a_list_of_addresses_to_invite_takes_as_many_for_a_thousand_as_for_one(cast: Cast) -> None:
    def page(number: int) -> str:
        entries = [Entry(number=index + 1, email=f"l{number}-{index}@example.com") for index in range(number)]
        by = cast.adam.actor(cast.acme)
        return page_of(check_batch(organization=cast.acme, entries=entries, role="member", by=by))

    # Two lists stand on it: what is wrong, and who is invited.
    with_one = queries(cast.adam.client, page(1))
    assert queries(cast.adam.client, page(MANY)) == with_one <= FEW + 3


def test_the_lists_of_the_api_take_as_many_for_a_full_page_as_for_one_row(cast: Cast) -> None:
    """A page has at most 100 rows: of more than that no list draws any."""
    program = program_of(cast.olivia, cast.acme)

    def taken(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert program.get(path).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        make_roles(cast, number)
        invite(cast, number)
        happen(cast, number)
        asking = User.objects.bulk_create(User(email=f"q{number}-{index}@example.com") for index in range(number))
        JoinRequest.objects.bulk_create(JoinRequest(organization=cast.acme, user=user) for user in asking)
        names = [f"d{number}-{index}.example.com" for index in range(number)]
        Domain.objects.bulk_create(Domain(organization=cast.acme, name=name, role="member") for name in names)
        keys = [ApiKey(organization=cast.acme, kind="service", name=name) for name in names]
        ApiKey.objects.bulk_create(keys)

    nouns = ("members", "invitations", "requests", "domains", "api-keys", "events")
    lists = ["/roles", *(f"/{noun}?limit=100" for noun in nouns)]
    program.get("/key")
    fill(1)
    with_one = {path: taken(path) for path in lists}
    Membership.objects.exclude(custom_role=None).delete()
    Invitation.objects.all().delete()
    fill(FULL)
    assert {path: taken(path) for path in lists} == with_one
    # The key with all that it stands for, and the list; who knows of a factor is asked with the rows.
    assert max(with_one.values()) <= FEW


def test_the_switchers_search_takes_as_many_for_a_thousand_contexts_as_for_one(cast: Cast) -> None:
    search, part = "/organizations/switcher/?q=organization", {"HX-Request": "true"}
    join(cast, 1)
    with_one = queries(cast.sam.client, search, part)
    join(cast, MANY)
    assert queries(cast.sam.client, search, part) == with_one <= FEW
