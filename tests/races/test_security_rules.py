"""An organization asks for a second factor at the same instant as somebody else decides, comes in, or loses theirs."""

from functools import partial
from itertools import count

import pytest
from django.http import HttpResponse

from accounts.actions import remove_factor
from accounts.models import Authenticator
from audit.models import Event
from organizations.actions import require_second_factor, tell_of_second_factor
from organizations.models import Membership, Organization
from outbox.models import Mail
from tests.accounts.factors import give_app, prove_factor
from tests.cast import Cast, Person, make_person
from tests.organizations.inviting import invite, mailed_link
from tests.organizations.securing import require_factor
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 4
RULE = "/o/acme/settings/security/second-factor/"

numbers = count(1)


def test_two_ask_for_it_at_once_and_one_rule_stands(cast: Cast) -> None:
    olivia, adam = browser(cast.olivia), browser(cast.adam)
    prove_factor(olivia, cast.olivia.user)
    prove_factor(adam, cast.adam.user)
    answers = together(
        lambda: olivia.post(RULE, {"grace_days": "7", "phone_counts": "True"}),
        lambda: adam.post(RULE, {"grace_days": "30", "phone_counts": "True"}),
    )
    assert statuses(answers) == [302, 302]
    asked = Event.objects.filter(action="organization.second_factor_required")
    assert sorted(asked.values_list("outcome", flat=True)) == ["denied", "done"]
    acme = Organization.objects.get(pk=cast.acme.pk)
    assert acme.second_factor_from is not None
    assert acme.second_factor_set_at is not None
    [done] = asked.filter(outcome="done")
    assert (acme.second_factor_from - acme.second_factor_set_at).days == done.after["grace_days"]


def unprotect(person: Person) -> HttpResponse:
    """Remove the person's only factor."""
    remove_factor(user=person.user, factor=Authenticator.objects.get(user=person.user), by=person.actor())
    return HttpResponse()


def test_who_accepts_while_the_factor_is_removed_is_outside_or_finds_it_closed(cast: Cast) -> None:
    require_factor(cast)
    for _round in range(ROUNDS):
        person = make_person(f"new.comer.{next(numbers)}@example.com")
        give_app(person.user)
        link = mailed_link(invite(cast, person.user.email))
        accept = partial(browser(person).post, f"{link}acceptance/")
        assert statuses(together(partial(unprotect, person), accept))[1] in {302, 409}
        is_member = Membership.objects.filter(organization=cast.acme, user=person.user).exists()
        assert browser(person).get("/o/acme/").status_code == (403 if is_member else 404)


def test_two_workers_tell_everybody_once(cast: Cast) -> None:
    give_app(cast.olivia.user)
    by = cast.olivia.actor(cast.acme)
    require_second_factor(organization=cast.acme, grace_days=14, phone_counts=True, by=by)
    Mail.objects.all().delete()
    Membership.objects.update(factor_told_at=None)

    def work() -> HttpResponse:
        tell_of_second_factor()
        return HttpResponse()

    together(work, work)
    told = sorted(Mail.objects.filter(kind="second-factor-required").values_list("to", flat=True))
    assert told == [
        "adam.admin@example.com",
        "bella.billing@example.com",
        "mia.member@example.com",
        "theo.tech@example.com",
    ]
