"""Organizations of customers, made when their administrator comes (text 003: *Existing organizations …*)."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from organizations.actions import close_organization, reactivate_organization, remove_member, suspend_organization
from organizations.actors import Actor
from organizations.models import Membership, Organization, Removal
from support.actions.customers import allow_again
from support.directory.recreating import admit_registered, arrive
from support.models import Customer, CustomerPerson, Ticket
from tests.accounts.signing import PASSWORD, sign_in, sign_up, verification_link
from tests.cast import Person, make_person, make_team
from tests.reading import mails_to, main_words
from tests.support.directories import ADA, TINA, TOM, example, give, person
from tests.support.making import make_entitlement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("percona")]


@pytest.fixture
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


def come(email: str) -> Person:
    """Somebody signs up, proves the address by the mailed link, and is in."""
    somebody = make_person(email, verified=True)
    somebody.user.last_login = somebody.user.date_joined
    somebody.user.save()
    arrive(somebody.user, somebody.actor())
    return somebody


def roles() -> dict[str, str]:
    """Who is in the organization of Example Industries, with the role."""
    organization = Organization.objects.get(name="Example Industries")
    return dict(organization.memberships.values_list("user__email", "role"))


class TestTheAdministrator:
    def test_signs_up_proves_the_address_and_finds_everything(self, client: Client) -> None:
        give(example())
        sign_up(client, ADA)
        assert not Organization.objects.exists()
        client.post(verification_link(ADA))
        assert roles() == {ADA: "admin"}
        organization = Organization.objects.get()
        assert organization.slug == "example-industries"
        assert [one.number for one in organization.entitlements.all()] == ["2026-00017"]
        assert [one.name for one in organization.contacts.all()] == ["Carla Contact"]
        ticket = organization.tickets.get()
        assert (ticket.number, ticket.title, ticket.raised_by_name, ticket.priority) == (
            1, "The cluster does not start", "Tom", "high",
        )  # fmt: skip
        assert [(one.author_name, one.is_staff) for one in ticket.messages.order_by("created_at")] == [
            ("Tom", False), ("Sara", True),
        ]  # fmt: skip
        assert ticket.first_answered_at.isoformat() == "2026-10-01T10:30:00+00:00"
        assert "Example Industries is set up" in mails_to(ADA, "customer-recreated")[0].subject
        page = main_words(client.get("/getting-started/"))
        assert "View Organization" in page
        assert "Add Organization" not in page

    def test_an_address_that_nobody_has_proven_gets_nothing(self, client: Client) -> None:
        give(example())
        sign_up(client, ADA)
        client.get("/getting-started/")
        attacker = make_person("mallory@example.org")
        # Added to an account, and only claimed.
        attacker.client.post("/profile/preferences/", {"action_add": "", "email": ADA})
        EmailAddress.objects.create(user=attacker.user, email=ADA, verified=False)
        arrive(attacker.user, attacker.actor())
        assert "Example Industries" not in main_words(attacker.client.get("/getting-started/"))
        assert not Organization.objects.exists()

    def test_signs_in_with_an_account_that_was_there_before(self, client: Client) -> None:
        ada = make_person(ADA)
        ada.user.set_password(PASSWORD)
        ada.user.save()
        give(example())
        response = sign_in(client, ADA, PASSWORD)
        assert roles() == {ADA: "admin"}
        assert client.get(response.headers["Location"], follow=True).redirect_chain[-1][0] == "/o/example-industries/"

    def test_comes_twice_and_there_is_one(self) -> None:
        give(example())
        ada = come(ADA)
        arrive(ada.user, ada.actor())
        assert Organization.objects.count() == 1
        assert Event.objects.filter(action="customer.recreated").count() == 1

    def test_in_another_organization_gets_none_is_told_and_staff_see_why(self) -> None:
        ada = make_person(ADA)
        own = make_team("Own", ada)
        give(example())
        arrive(ada.user, ada.actor())
        assert list(Organization.objects.all()) == [own]
        assert CustomerPerson.objects.get(email=ADA).get_problem_display() == (
            "is in another organization, and may be in one"
        )
        page = main_words(ada.client.get("/getting-started/"))
        assert "could not let you in. You are in another organization. Leave it, then sign in again." in page

    def test_under_default_has_both(self, settings: Any) -> None:
        settings.CONSOLE_POLICY = "default"
        ada = make_person(ADA)
        make_team("Own", ada)
        give(example(people=[person(ADA, "owner", administrator=True)]))
        arrive(ada.user, ada.actor())
        teams = ada.user.memberships.filter(organization__kind="team")
        assert sorted(teams.values_list("organization__name", "role")) == [
            ("Example Industries", "owner"), ("Own", "owner"),
        ]  # fmt: skip

    def test_gets_nothing_under_a_policy_without_a_directory(self, settings: Any) -> None:
        give(example())
        settings.CONSOLE_POLICY = "ovhcloud"
        come(ADA)
        assert not Organization.objects.exists()

    def test_one_that_was_closed_for_good_is_made_again_when_staff_say_so(self) -> None:
        give(example())
        ada = come(ADA)
        Organization.objects.all().delete()
        CustomerPerson.objects.filter(email=ADA).update(joined_at=None)
        arrive(ada.user, ada.actor())
        assert not Organization.objects.exists()
        assert CustomerPerson.objects.get(email=ADA).problem == "ended"
        allow_again(customer=Customer.objects.get(), by=Actor.system())
        arrive(ada.user, ada.actor())
        assert roles() == {ADA: "admin"}
        assert Ticket.objects.count() == 1

    def test_an_entitlement_whose_number_was_taken_meanwhile_is_left_out(self) -> None:
        give(example())
        make_entitlement(make_team("Rival", make_person("rita.rival@example.com")), number="2026-00017")
        come(ADA)
        assert Customer.objects.get().left_out == ["2026-00017"]
        assert not Organization.objects.get(name="Example Industries").entitlements.exists()


class TestOthers:
    def test_who_comes_later_is_a_member_with_the_role_of_the_directory_and_their_tickets(self) -> None:
        give(example())
        come(ADA)
        tom = come(TOM)
        assert roles() == {ADA: "admin", TOM: "technical"}
        assert Ticket.objects.get().raised_by == tom.user
        assert mails_to(TOM, "customer-joined")[0].subject == "You are now a member of Example Industries"

    def test_who_came_before_waits_is_told_so_and_is_let_in_with_the_administrator(self) -> None:
        give(example())
        tom = come(TOM)
        page = main_words(tom.client.get("/getting-started/"))
        assert "We know you as somebody of Example Industries." in page
        assert "do not create another meanwhile" in page
        assert ADA not in page
        come(ADA)
        admit_registered()
        assert roles() == {ADA: "admin", TOM: "technical"}

    def test_who_was_removed_by_others_does_not_come_back(self) -> None:
        give(example())
        come(ADA)
        tom = make_person(TOM)
        Removal.objects.create(organization=Organization.objects.get(), user=tom.user)
        arrive(tom.user, tom.actor())
        assert roles() == {ADA: "admin"}
        assert CustomerPerson.objects.get(email=TOM).problem == "removed"

    def test_who_has_left_is_not_let_in_again(self) -> None:
        give(example())
        come(ADA)
        tom = come(TOM)
        Membership.objects.filter(user=tom.user).delete()
        arrive(tom.user, tom.actor())
        assert roles() == {ADA: "admin"}

    def test_who_was_invited_and_removed_does_not_come_back_with_another_account(self) -> None:
        """Their next sign-in had not noted yet that they have come; the address has moved to another account since."""
        give(example())
        ada = come(ADA)
        tom = make_person(TOM)
        organization = Organization.objects.get()
        member = Membership.build(organization=organization, user=tom.user, role="technical")
        member.save()
        remove_member(membership=member, by=ada.actor(organization))
        EmailAddress.objects.filter(user=tom.user).delete()
        other = make_person("tom.at.home@example.com")
        EmailAddress.objects.create(user=other.user, email=TOM, verified=True)
        arrive(other.user, other.actor())
        assert roles() == {ADA: "admin"}

    def test_nobody_comes_in_while_staff_have_stopped_it_nor_once_it_is_closed(self) -> None:
        give(example())
        ada = come(ADA)
        organization = Organization.objects.get()
        suspend_organization(organization=organization, reason="staff", by=Actor.system())
        come(TOM)
        assert CustomerPerson.objects.get(email=TOM).problem == "not-open"
        reactivate_organization(organization=organization, by=Actor.system())
        close_organization(organization=organization, name=organization.name, by=ada.actor(organization))
        come(TINA)
        assert roles() == {ADA: "admin"}

    def test_who_is_a_member_by_an_invitation_is_noted_as_registered(self) -> None:
        give(example())
        come(ADA)
        tom = make_person(TOM)
        Membership.build(organization=Organization.objects.get(), user=tom.user, role="admin").save()
        arrive(tom.user, tom.actor())
        assert roles()[TOM] == "admin"
        assert CustomerPerson.objects.get(email=TOM).joined_at


def test_whoever_stands_in_no_directory_costs_one_query() -> None:
    give(example())
    sam = make_person("sam@example.org")
    with CaptureQueriesContext(connection) as queries:
        arrive(sam.user, sam.actor())
    assert len(queries) == 1


def test_a_fault_in_the_directory_keeps_nobody_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = make_person(ADA)
    ada.user.set_password(PASSWORD)
    ada.user.save()
    give(example())

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("ada@example.com")

    monkeypatch.setattr("support.directory.recreating.copy_everything", broken)
    sign_in(client, ADA, PASSWORD)
    assert client.get(reverse("organizations:getting-started")).status_code == 200
    assert not Organization.objects.exists()
    assert CustomerPerson.objects.get(email=ADA).problem == "failed"
