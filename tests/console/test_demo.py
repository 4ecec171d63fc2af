"""``manage.py demo``: for each policy its own people and situations, as pages show them to whoever tries it."""

import base64
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import User
from billing.models import Account, Invoice, Payment
from organizations.models import Membership, Organization
from outbox.models import Webhook
from projects.models import Change, Operation, Project, Service
from projects.models.service import State
from tests.access.table import POLICIES
from tests.accounts.signing import sign_in
from tests.reading import main_words, words, words_at

pytestmark = pytest.mark.django_db

PASSWORD = "console-demo"
# Who is said to be where, typed by hand.
SAID = {
    "default": {
        "olivia.owner": "Owner of Acme Robotics, Owner of Foxglove Films (closed), Member of Borealis Foods,"
        " Admin of Cobalt Labs (suspended)",
        "adam.admin": "Owner of Borealis Foods, Admin of Acme Robotics, Owner of Delta Studio",
        "bella.billing": "Owner of Delta Studio, Billing of Acme Robotics, Billing of Cobalt Labs (suspended)",
        "theo.tech": "Owner of Cobalt Labs (suspended), Tech of Acme Robotics",
        "mia.member": "Member of Foxglove Films (closed), Tech of Borealis Foods, Member of Acme Robotics",
        "sam.stranger": "a personal account only",
        "stella.staff": "staff: /admin/",
    },
    "exoscale": {
        "olivia.owner": "Owner of Acme Robotics, Owner of Borealis Foods (suspended), Tech of Cobalt Labs",
        "theo.tech": "Owner of Cobalt Labs, Tech of Acme Robotics",
        "adam.admin": "Admin of Borealis Foods (suspended), Admin of Acme Robotics",
        "nora.newcomer": "a personal account only",
        "stella.staff": "staff: /admin/",
    },
    "ovhcloud": {
        "adam.admin": "Admin of Acme Robotics, Member of Borealis Foods",
        "mia.member": "Admin of Borealis Foods, Member of Acme Robotics",
        "sam.stranger": "in no organization",
        "nora.newcomer": "in no organization",
        "stella.staff": "staff: /admin/",
    },
    "percona": {
        "adam.admin": "Admin of Acme Robotics",
        "tara.technical": "Technical user of Acme Robotics",
        "berta.admin": "Admin of Borealis Foods",
        "sam.stranger": "in no organization",
        "nora.newcomer": "in no organization",
        "stella.staff": "staff: /admin/",
    },
}


@pytest.fixture
def demo(install: Callable[[str], None]) -> Callable[[str], str]:
    """Makes the demo of a policy, and returns what is said of it."""

    def make(policy: str) -> str:
        install(policy)
        return build()

    return make


def build() -> str:
    said = StringIO()
    with override_settings(DEBUG=True, SELLER_COUNTRY="FR", SELLER_VAT_NUMBER="FR11123456782"):
        call_command("demo", stdout=said)
    return said.getvalue()


def browser_of(name: str) -> Client:
    client = Client()
    sign_in(client, f"{name}@example.com", PASSWORD)
    return client


def test_it_refuses_without_debug(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=1"):
        call_command("demo")


def test_it_refuses_over_the_data_of_another_policy(install: Callable[[str], None], settings: Settings) -> None:
    install("default")
    settings.DEBUG, settings.CONSOLE_POLICY = True, "percona"
    with pytest.raises(CommandError, match="or set CONSOLE_POLICY=default"):
        build()
    assert not User.objects.exists()


# That the others can be made and opened is shown below.
@pytest.mark.parametrize(
    "policy", [pytest.param(policy, marks=[] if policy == "default" else pytest.mark.long) for policy in POLICIES]
)
def test_it_says_who_can_sign_in_and_can_be_run_again(demo: Callable[[str], str], policy: str) -> None:
    said = demo(policy)
    head, *lines = said.splitlines()
    offered, curl = lines.pop(-4), lines.pop(-3)
    assert offered == "Try the API as the first of them, with a secret that is shown this once:"
    assert opens_the_api(curl)
    assert head == f"The policy is “{policy}”. Sign in with one of these and the password console-demo:"
    assert {
        name: " ".join(rest) for name, *rest in (line.replace("@example.com", "").split() for line in lines[:-2])
    } == SAID[policy]
    assert build().splitlines() == [head, *lines]
    assert not Change.objects.filter(at__gt=timezone.now()).exists()
    # RFC 2606: nobody has an address there.
    assert all(email.endswith("@example.com") for email in User.objects.values_list("email", flat=True))
    for name in set(SAID[policy]) - {"stella.staff"}:
        opens_all_that_is_theirs(name)
    if policy == "default":
        has_everything_once()


def opens_the_api(curl: str) -> bool:
    """Whether the secret that is said does, where it is said."""
    words = re.fullmatch(r"  curl --user (\S+) http://localhost:8000(/\S+)", curl)
    assert words
    pair = base64.b64encode(words[1].encode()).decode()
    return Client().get(words[2], headers={"Authorization": f"Basic {pair}"}).status_code == 200


def opens_all_that_is_theirs(name: str) -> None:
    client = browser_of(name)
    assert client.get("/", follow=True).status_code == 200, name
    assert client.get("/profile/organizations/").status_code == 200, name
    for membership in Membership.objects.of(User.objects.get(email=f"{name}@example.com")):
        here = f"/o/{membership.organization.slug}/"
        assert client.get(here).status_code == 200, (name, here)
        if not membership.organization.is_personal:
            assert client.get(f"{here}members/").status_code == 200, (name, here)


def has_everything_once() -> None:
    """The default one, which is looked at closely: to make it takes seconds."""
    olivia, adam, bella, sam = map(browser_of, ("olivia.owner", "adam.admin", "bella.billing", "sam.stranger"))
    acme = "/o/acme-robotics/"
    assert "Support" in words(olivia.get(f"{acme}settings/roles/"))
    assert "until" in main_words(olivia.get(f"{acme}members/?q=farid"))
    assert "12 rue des Automates" in main_words(olivia.get(f"{acme}settings/details/"))
    invitations = main_words(olivia.get(f"{acme}members/invitations/"))
    assert "is checked and waits" in invitations
    for address in ("new.colleague", "sam.stranger", "ines.moreau", "wrong.person", "old.friend"):
        assert f"{address}@example.com" in invitations
    requests = main_words(olivia.get(f"{acme}members/requests/"))
    assert "Jonas Weber" in requests
    assert "Kofi Mensah" in requests
    assert "Adam Admin" in main_words(olivia.get("/notifications/"))
    assert "Foxglove Films" in main_words(olivia.get("/profile/organizations/"))
    assert "second factor" in words(bella.get("/o/delta-studio/"))
    assert "Cobalt Labs is suspended." in words(bella.get("/o/cobalt-labs/"))
    assert "Jonas Weber" in main_words(adam.get("/notifications/"))
    mine = main_words(sam.get("/profile/organizations/"))
    assert all(name in mine for name in ("Acme Robotics", "Borealis Foods", "Evergreen Energy"))
    assert "evergreen.example" in mine
    shows_projects_in_each_state(olivia)
    shows_money(bella)


def shows_money(bella: Client) -> None:
    here = "/o/acme-robotics/billing/"
    assert "Team" in main_words(bella.get(f"{here}plan/"))
    funds = main_words(bella.get(f"{here}funds/"))
    assert all(reason in funds for reason in ("Usage", "Subscription", "Payment"))
    payments = main_words(bella.get(f"{here}payments/"))
    assert all(state in payments.lower() for state in ("paid", "failed"))
    numbers = [f"{invoice.number}" for invoice in Invoice.objects.filter(account__organization__slug="acme-robotics")]
    assert len(numbers) >= 4
    assert all(number in main_words(bella.get(f"{here}invoices/")) for number in numbers)
    assert "reverse charge" in str(Invoice.objects.values_list("notes", flat=True)).lower()
    assert set(Account.objects.past_due().values_list("organization__name", flat=True)) == {
        "Cobalt Labs", "Delta Studio"
    }  # fmt: skip
    assert not Payment.objects.due().exists()
    # To the cent.
    call_command("verify_ledger", stdout=StringIO())


def shows_projects_in_each_state(olivia: Client) -> None:
    projects = "/o/acme-robotics/projects/"
    listed = main_words(olivia.get(projects))
    for name in ("Web shop", "Simulation", "Payroll", "Trade fair 2025", "Chat bot", "Spare parts"):
        assert name in listed
    assert {"active", "archived", "deleting"} == set(Project.objects.values_list("state", flat=True))
    assert set(Service.objects.values_list("state", flat=True)) == set(State.values)
    # Nothing of it asks anybody, now or when it is served.
    assert not Webhook.objects.due().exists()
    assert not Operation.objects.due().exists()
    for service in Service.objects.select_related("project"):
        slug = service.project.slug
        if service.project.organization.slug == "acme-robotics":
            assert service.name in main_words(olivia.get(f"{projects}{slug}/services/{service.pk}/")), service.name


def test_that_of_exoscale_has_an_organization_that_nobody_has_paid_for(demo: Callable[[str], str]) -> None:
    demo("exoscale")
    olivia = browser_of("olivia.owner")
    assert olivia.get("/")["Location"] == "/o/personal/"
    assert "Borealis Foods is suspended." in words(olivia.get("/o/borealis-foods/"))
    assert "suspended" not in main_words(olivia.get("/o/acme-robotics/"))
    assert "Users" in main_words(olivia.get("/o/acme-robotics/members/"))
    # An Admin has no resources (text 004), but was granted one project.
    granted = main_words(browser_of("adam.admin").get("/o/acme-robotics/projects/"))
    assert "Payroll" in granted
    assert "Web shop" not in granted


def test_that_of_ovhcloud_has_organizations_to_ask(demo: Callable[[str], str]) -> None:
    demo("ovhcloud")
    assert not Organization.objects.filter(kind="personal").exists()
    nora = main_words(browser_of("nora.newcomer").get("/profile/organizations/"))
    assert "Acme Robotics" in nora
    assert "Evergreen Energy" in nora
    asked = main_words(browser_of("adam.admin").get("/o/acme-robotics/members/requests/"))
    assert "Sam Stranger" in asked


def test_that_of_percona_has_one_organization_for_each(demo: Callable[[str], str]) -> None:
    demo("percona")
    assert not Organization.objects.filter(kind="personal").exists()
    users = Membership.objects.values_list("user", flat=True)
    assert len(users) == len(set(users))
    tara = browser_of("tara.technical")
    assert "You are in Acme Robotics" in main_words(tara.get("/organizations/new/"))
    assert "Borealis Foods" in main_words(tara.get("/profile/organizations/"))
    assert "Payroll" in words_at(tara.get("/o/acme-robotics/"), "id", "projects")
