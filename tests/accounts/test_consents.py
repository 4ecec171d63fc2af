"""Promotional mail: off until somebody agrees, with the day and the place where they did (text 002, section 1.2)."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponseBase

from accounts.models import PROMOTIONS, Consent
from audit.models import AppendOnlyError, Event
from tests.cast import Cast, Person, make_person
from tests.reading import body, words, words_at

pytestmark = pytest.mark.django_db

PAGE = "/profile/preferences/information/"


def answer(person: Person, *, welcome: bool) -> HttpResponseBase:
    return person.client.post(PAGE, {"promotions": "on"} if welcome else {}, follow=True)


def answers(person: Person) -> list[tuple[bool, str]]:
    return list(
        Consent.objects.filter(user=person.user, purpose=PROMOTIONS).order_by("id").values_list("given", "source")
    )


def card(person: Person) -> str:
    return words_at(person.client.get("/profile/preferences/"), "id", "information")


def is_ticked(person: Person) -> bool:
    return 'id="id_promotions" checked' in body(person.client.get("/profile/preferences/"))


def test_nobody_has_agreed_before_they_say_so(cast: Cast) -> None:
    assert not is_ticked(cast.sam)
    assert "ince" not in card(cast.sam)
    assert answers(cast.sam) == []


def test_the_day_and_the_place_are_shown(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 1, 3, 12, tzinfo=UTC), tick=False):
        assert "Your information preferences are saved." in words(answer(cast.sam, welcome=True))
        assert is_ticked(cast.sam)
        assert "Since 3 Jan. 2026, agreed to in: preferences." in card(cast.sam)


def test_it_is_taken_back_as_easily_and_all_of_it_stays_written_down(cast: Cast) -> None:
    answer(cast.sam, welcome=True)
    answer(cast.sam, welcome=False)
    assert not is_ticked(cast.sam)
    assert answers(cast.sam) == [(True, "preferences"), (False, "preferences")]


def test_the_same_answer_again_is_none(cast: Cast) -> None:
    for _ in range(2):
        answer(cast.sam, welcome=True)
    assert len(answers(cast.sam)) == 1
    assert Event.objects.filter(action="account.consent_changed", subject_id=cast.sam.user.pk).count() == 1


def test_a_no_to_what_was_never_asked_is_no_answer(cast: Cast) -> None:
    answer(cast.sam, welcome=False)
    assert answers(cast.sam) == []


def test_an_answer_is_never_changed(cast: Cast) -> None:
    answer(cast.sam, welcome=True)
    consent = Consent.objects.get()
    consent.given = False
    with pytest.raises(AppendOnlyError):
        consent.save()


def test_it_goes_with_the_account(cast: Cast) -> None:
    answer(cast.sam, welcome=True)
    cast.sam.user.consents.all().delete()
    assert not Consent.objects.exists()


def test_staff_see_the_answers_and_change_none(cast: Cast) -> None:
    answer(cast.sam, welcome=True)
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    page = body(stella.client.get(f"/admin/accounts/user/{cast.sam.user.pk}/change/"))
    assert "promotions" in page
    assert 'name="consents-0-given"' not in page
