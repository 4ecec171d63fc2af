"""Who of a customer has not registered yet, and reminding them (text 003: *finish setting up*)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from organizations.models import Allowance, Organization
from outbox.models import Mail, Suppression
from outbox.suppression import suppress
from support.directory.recreating import arrive
from support.models import Customer, CustomerPerson
from tests.accounts.signing import sign_up, verification_link
from tests.cast import Person, make_person
from tests.reading import links, mails_to, main_words, words
from tests.support.directories import ADA, TINA, TOM, example, give

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("percona")]

PAGE = "/o/example-industries/support/registrations/"


@pytest.fixture
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


@pytest.fixture
def ada(percona: None) -> Person:
    """The administrator, in the organization that was made by her coming."""
    give(example())
    ada = make_person(ADA)
    arrive(ada.user, ada.actor())
    return ada


def reminders(email: str) -> list[Mail]:
    return mails_to(email, "registration-reminder")


def remind(ada: Person, email: str = "") -> str:
    """Press a button of the page, and what is said then."""
    fields = {"person": str(CustomerPerson.objects.get(email=email).pk)} if email else {}
    return main_words(ada.client.post(f"{PAGE}reminders/", fields, follow=True))


def make_signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def test_the_administrator_sees_who_is_missing_and_reminds_everybody(ada: Person, client: Client) -> None:
    page = main_words(ada.client.get(PAGE))
    assert f"{TINA} Tina Technical user never" in page
    assert ADA not in page
    assert PAGE in links(ada.client.get("/o/example-industries/support/"))
    assert "2 people are reminded." in words(ada.client.post(f"{PAGE}reminders/", follow=True))
    mail = reminders(TOM)[0]
    assert mail.subject == "Ada asks you to sign up for Example Industries"
    assert "You get this mail because Example Industries named your address" in mail.text
    assert "Never mail me an invitation again" in mail.text
    assert Event.objects.get(action="registration.reminded").after == {"people": 2}
    # Who follows it is in.
    sign_up(client, TOM)
    client.post(verification_link(TOM))
    assert TOM not in main_words(ada.client.get(PAGE))
    assert Organization.objects.get().memberships.filter(user__email=TOM).exists()


def test_nobody_is_reminded_more_often_than_three_times_three_days_apart(ada: Person) -> None:
    now = timezone.now()
    for day, expected in ((0, 1), (2, 1), (4, 2), (8, 3), (30, 3)):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            client = make_signed_in(ada)
            client.post(f"{PAGE}reminders/", {"person": str(CustomerPerson.objects.get(email=TOM).pk)})
        assert len(reminders(TOM)) == expected
    assert not reminders(TINA)


def test_who_wants_no_mail_gets_none(ada: Person) -> None:
    suppress(TOM, Suppression.Kind.INVITATIONS)
    remind(ada)
    remind(ada, TOM)
    assert not reminders(TOM)
    assert len(reminders(TINA)) == 1
    assert "wants no mail" in main_words(ada.client.get(PAGE))


def test_reminders_stay_within_the_allowance_of_invitations(ada: Person) -> None:
    organization = Organization.objects.get()
    organization.allowances.create(name=Allowance.Name.INVITATIONS_PER_DAY, source="staff", amount=1)
    remind(ada)
    assert len(reminders(TOM)) + len(reminders(TINA)) == 1
    remind(ada)
    assert len(reminders(TOM)) + len(reminders(TINA)) == 1


def test_somebody_of_another_customer_is_not_there(ada: Person) -> None:
    other = Customer.objects.create(key="C-2", name="Else")
    stranger = CustomerPerson.objects.create(customer=other, email="zoe@example.org", role="technical")
    for person in (str(stranger.pk), "no-id"):
        ada.client.post(f"{PAGE}reminders/", {"person": person})
    assert not reminders("zoe@example.org")
    assert "zoe" not in main_words(ada.client.get(PAGE))


def test_a_technical_user_neither_sees_nor_reminds(ada: Person) -> None:
    tom = make_person(TOM)
    arrive(tom.user, tom.actor())
    assert tom.client.get(PAGE).status_code == 403
    assert tom.client.post(f"{PAGE}reminders/").status_code == 403
    assert not reminders(TINA)


def test_an_organization_of_no_customer_is_told_that_nobody_is_expected(settings: Any) -> None:
    settings.CONSOLE_POLICY = "default"
    own = make_person("sam@example.org")
    response = own.client.get("/o/personal/support/registrations/")
    assert "Nobody is expected" in main_words(response)
    assert own.client.post("/o/personal/support/registrations/reminders/").status_code == 403


def test_the_list_costs_the_same_with_a_thousand_people_and_is_searched(ada: Person) -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            ada.client.get(address)
        return len(captured)

    ada.client.get(PAGE)
    few = queries(PAGE)
    customer = Customer.objects.get()
    CustomerPerson.objects.bulk_create(
        CustomerPerson(customer=customer, email=f"p{number:04}@example.net", role="technical") for number in range(1000)
    )
    assert queries(PAGE) == few
    assert "p0999@example.net" in main_words(ada.client.get(f"{PAGE}?q=P0999"))
    assert "Nobody found" in main_words(ada.client.get(f"{PAGE}?q=nobody"))
