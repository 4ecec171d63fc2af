"""A second factor for all members: who is affected is shown first, then it is asked for, changed, switched off."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from audit.models import Event
from organizations.actions import release_second_factor, tell_of_second_factor
from organizations.models import Organization
from tests.accounts.factors import give_app, prove_factor
from tests.accounts.signing import prove
from tests.cast import Cast
from tests.organizations.securing import decide, give_phone, require_factor
from tests.reading import body, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db

PAGE = "/o/acme/settings/security/"
FACTOR = f"{PAGE}second-factor/"
REMOVAL = f"{FACTOR}removal/"
PLAN = {"grace_days": "14", "phone_counts": "True"}


@pytest.fixture
def olivia(cast: Cast) -> Client:
    """Olivia's browser, which has proven the app that she has."""
    prove_factor(cast.olivia.client, cast.olivia.user)
    return cast.olivia.client


@pytest.fixture(autouse=True)
def _texts(settings: Settings) -> None:
    settings.SMS_GATEWAY = "console"


def now(cast: Cast) -> Organization:
    return Organization.objects.get(pk=cast.acme.pk)


def test_the_rule_is_on_the_settings_pages(cast: Cast, olivia: Client) -> None:
    assert PAGE in links(olivia.get("/o/acme/settings/"))
    assert "Nobody needs one." in main_words(olivia.get(PAGE))


def test_before_it_is_asked_for_one_sees_who_has_none(cast: Cast, olivia: Client) -> None:
    give_app(cast.adam.user)
    page = olivia.get(FACTOR, PLAN)
    said = main_words(page)
    assert "3 members have no second factor that counts." in said
    assert "They get a mail now and have 14 days." in said
    for name in ("Bella Billing", "Theo Tech", "Mia Member"):
        assert name in said
    assert "Adam Admin" not in said
    assert now(cast).second_factor_from is None


def test_where_texts_do_not_count_who_has_a_telephone_is_among_them(cast: Cast, olivia: Client) -> None:
    give_app(cast.adam.user)
    give_phone(cast.adam)
    assert "Adam Admin" not in main_words(olivia.get(FACTOR, PLAN))
    assert "Adam Admin" in main_words(olivia.get(FACTOR, PLAN | {"phone_counts": "False"}))


def test_who_is_affected_is_searched_and_comes_in_pages(cast: Cast, olivia: Client) -> None:
    found = main_words(olivia.get(FACTOR, PLAN | {"q": "mia"}))
    assert "Mia Member" in found
    assert "Theo Tech" not in found
    fragment = olivia.get(FACTOR, PLAN | {"q": "mia"}, headers={"HX-Request": "true", "HX-Target": "without"})
    assert body(fragment).lstrip().startswith('<div id="without"')


def test_then_it_is_asked_for(cast: Cast, olivia: Client) -> None:
    page = olivia.get(FACTOR, PLAN)
    assert FACTOR in posts(page)
    answer = olivia.post(FACTOR, PLAN, follow=True)
    acme = now(cast)
    assert acme.second_factor_from is not None
    assert acme.second_factor_set_at is not None
    assert acme.second_factor_from - acme.second_factor_set_at == timedelta(days=14)
    assert "Members have until" in words(answer)
    event = Event.objects.get(action="organization.second_factor_required")
    assert (event.actor_id, event.organization_id) == (cast.olivia.user.pk, cast.acme.pk)
    assert event.after == {"grace_days": 14, "phone_counts": True}


def test_without_time_it_is_in_force_at_once(cast: Cast, olivia: Client) -> None:
    answer = olivia.post(FACTOR, PLAN | {"grace_days": "0"}, follow=True)
    assert "Acme is open only to members with a second factor now." in words(answer)
    assert cast.mia.client.get("/o/acme/").status_code == 403


def test_other_times_are_not_taken(cast: Cast, olivia: Client) -> None:
    for days in ("-1", "1", "3650", "soon", ""):
        olivia.post(FACTOR, PLAN | {"grace_days": days})
    assert now(cast).second_factor_from is None


def test_who_has_none_cannot_ask_others_for_one(cast: Cast) -> None:
    client = cast.adam.client
    assert "Set up a second factor yourself" in main_words(client.get(PAGE))
    assert FACTOR not in posts(client.get(FACTOR, PLAN))
    answer = client.post(FACTOR, PLAN, follow=True)
    assert "Set up a second factor yourself first." in words(answer)
    assert now(cast).second_factor_from is None


def test_who_can_be_sent_texts_cannot_refuse_them(cast: Cast, olivia: Client) -> None:
    give_phone(cast.olivia)
    answer = olivia.post(FACTOR, PLAN | {"phone_counts": "False"}, follow=True)
    assert "remove your telephone number" in words(answer)
    assert now(cast).second_factor_from is None


def test_it_takes_a_fresh_proof(cast: Cast, olivia: Client) -> None:
    session = olivia.session
    session["proven_at"] -= 3600
    session.save()
    assert "Confirm that it is you" in words(olivia.post(FACTOR, PLAN))
    assert "Confirm that it is you" in words(olivia.post(REMOVAL))
    assert "Confirm that it is you" in words(olivia.post(f"{PAGE}sessions/", {"hours": "8"}))
    assert now(cast).second_factor_from is None
    assert now(cast).session_hours is None


def test_texts_are_refused_later_and_who_is_affected_is_shown_first(cast: Cast, olivia: Client) -> None:
    olivia.post(FACTOR, PLAN | {"grace_days": "0"})
    give_app(cast.adam.user)
    give_phone(cast.adam)
    prove(cast.adam.client)
    assert cast.adam.client.get("/o/acme/").status_code == 200
    assert "Adam Admin" not in main_words(olivia.get(FACTOR))
    assert "Adam Admin" in main_words(olivia.get(FACTOR, {"phone_counts": "False"}))
    olivia.post(FACTOR, {"phone_counts": "False"})
    page = cast.adam.client.get("/o/acme/")
    assert page.status_code == 403
    assert "Remove your telephone number" in main_words(page)
    event = Event.objects.get(action="organization.second_factor_changed")
    assert (event.before, event.after) == ({"phone_counts": True}, {"phone_counts": False})
    tell_of_second_factor()
    [mail] = mails_to("adam.admin@example.com", "second-factor-required")
    assert "Codes by text message do not count there" in mail.text


def test_where_no_texts_are_sent_a_telephone_changes_nothing(cast: Cast, olivia: Client, settings: Settings) -> None:
    olivia.post(FACTOR, PLAN | {"grace_days": "0", "phone_counts": "False"})
    give_app(cast.adam.user)
    give_phone(cast.adam)
    assert cast.adam.client.get("/o/acme/").status_code == 403
    settings.SMS_GATEWAY = ""
    assert cast.adam.client.get("/o/acme/").status_code == 200
    assert "Codes by text message" not in main_words(olivia.get(PAGE))


def test_switching_it_off_asks_and_is_told_to_founders(cast: Cast, olivia: Client) -> None:
    require_factor(cast)
    give_app(cast.adam.user)
    assert "Ask for no second factor any more?" in main_words(cast.adam.client.get(REMOVAL))
    prove_factor(cast.adam.client, cast.adam.user)
    cast.adam.client.post(REMOVAL)
    assert now(cast).second_factor_from is None
    assert cast.mia.client.get("/o/acme/").status_code == 200
    [mail] = mails_to("olivia.owner@example.com", "second-factor-released")
    assert "Adam Admin has switched the rule off" in mail.text
    assert Event.objects.filter(action="organization.second_factor_released", actor_id=cast.adam.user.pk).exists()


def test_of_two_at_once_the_second_is_told(cast: Cast, olivia: Client) -> None:
    require_factor(cast)
    answer = olivia.post(FACTOR, PLAN | {"grace_days": "30"}, follow=True)
    assert now(cast).second_factor_from == now(cast).second_factor_set_at
    assert "A second factor is asked for already." in words(answer)
    release_second_factor(organization=cast.acme, by=cast.olivia.actor(cast.acme))
    again = olivia.post(REMOVAL, follow=True)
    assert "No second factor is asked for." in words(again)


def test_what_somebody_else_has_changed_meanwhile_is_said(cast: Cast, olivia: Client) -> None:
    require_factor(cast)
    page = olivia.get(FACTOR, {"phone_counts": "False", "seen": '{"phone_counts": "00000000"}'})
    assert page.status_code == 200
    answer = olivia.post(FACTOR, {"phone_counts": "False", "seen": '{"phone_counts": "00000000"}'}, follow=True)
    assert "Somebody has changed this" in words(answer)
    assert now(cast).phone_is_second_factor


@pytest.mark.parametrize("role", ["billing", "tech", "member"])
def test_others_neither_see_nor_set_it(cast: Cast, role: str) -> None:
    client = cast.roles[role].client
    for path in (PAGE, FACTOR, REMOVAL):
        assert client.get(path).status_code == 403
        assert client.post(path, PLAN).status_code in {403, 405}
    assert now(cast).second_factor_from is None


def test_a_personal_account_has_no_such_rules(cast: Cast) -> None:
    for path in (PAGE, FACTOR, REMOVAL):
        assert cast.olivia.client.get(path.replace("/acme/", "/personal/")).status_code == 404


def test_the_page_says_how_many_have_none(cast: Cast, olivia: Client) -> None:
    decide(cast, days=7)
    said = main_words(olivia.get(PAGE))
    assert "4 members have none that counts" in said
    assert "only members with a second factor can work in Acme" in said
