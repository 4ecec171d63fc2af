"""A customer's administrator who signs in twice at one instant, and imports that meet each other or a sign-in."""

from functools import partial
from typing import Any

import pytest
from django.http import HttpResponse

from audit.models import Event
from console.refusal import Refused
from organizations.actors import Actor
from organizations.models import Membership, Organization
from support.actions.customers import apply_import
from support.directory.recreating import arrive
from support.models import Customer
from tests.cast import Person, make_person
from tests.races.together import statuses, together
from tests.support.directories import ADA, TOM, example, give, look, person

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def percona(settings: Any) -> None:
    settings.CONSOLE_POLICY = "percona"


def sign_in(somebody: Person) -> HttpResponse:
    """What a sign-in does for who stands in the directory."""
    arrive(somebody.user, somebody.actor())
    return HttpResponse()


def test_two_sign_ins_and_two_administrators_make_one_organization() -> None:
    give(example(people=[person(ADA, "admin", administrator=True), person(TOM, "admin", administrator=True)]))
    ada, tom = make_person(ADA), make_person(TOM)

    together(*(partial(sign_in, somebody) for somebody in (ada, tom, ada, tom)))
    assert Organization.objects.count() == 1
    assert Event.objects.filter(action="customer.recreated", outcome="done").count() == 1
    assert sorted(Membership.objects.values_list("user__email", "role")) == [(ADA, "admin"), (TOM, "admin")]


def test_an_import_that_is_applied_twice_and_meets_a_sign_in_is_applied_once_or_refused() -> None:
    give(example())
    looked = look(example(contacts=[{"key": "K-2", "name": "Max", "phone": "1"}]))
    ada = make_person(ADA)

    def applied() -> HttpResponse:
        try:
            apply_import(pk=looked.pk, by=Actor.system())
        except Refused as refusal:
            return HttpResponse(status={"applied": 409, "changed": 412}[refusal.code or ""])
        return HttpResponse()

    answers = statuses(together(applied, applied, partial(sign_in, ada)))
    contacts = [contact.name for contact in Organization.objects.get().contacts.all()]
    # The sign-in was first, and the plan is another one by now; or one of the two imports was.
    assert (answers, contacts) in [([200, 412, 412], ["Carla Contact"]), ([200, 200, 409], ["Max"])]
    assert Customer.objects.get().data["contacts"].keys() == {"K-1" if 412 in answers else "K-2"}
