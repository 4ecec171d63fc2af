"""Terms: published by staff, accepted by version at sign-up (issue 3, *Help*)."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import terms as terms_module
from accounts.actions import accept_terms
from accounts.models import Terms, TermsAcceptance, User
from audit.models import AppendOnlyError, Event
from tests.accounts.signing import make_user, sign_up, verification_link
from tests.accounts.terms import publish
from tests.cast import Cast, Person
from tests.reading import body, error_at, links, main_words, without_tokens, words

pytestmark = pytest.mark.django_db

NEW = "new.comer@example.com"


def test_everybody_reads_the_terms_in_their_language(terms: Terms, client: Client) -> None:
    assert "Be kind." in main_words(client.get("/terms/"))
    assert "2027-01" in main_words(client.get("/terms/"))
    client.post("/language/setlang/", {"language": "fr"})
    assert "Soyez aimables." in main_words(client.get("/terms/"))


def test_what_staff_wrote_is_text_and_no_markup(client: Client) -> None:
    publish(text_en="<script>alert(1)</script>\n\nSecond paragraph")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\n\nSecond paragraph" in body(client.get("/terms/"))


def test_each_page_leads_to_the_terms_while_there_are_any(cast: Cast, client: Client) -> None:
    assert "/terms/" not in links(client.get("/accounts/login/"))
    assert client.get("/terms/").status_code == 404
    publish()
    for page in (client.get("/accounts/login/"), client.get("/help/"), cast.sam.client.get("/accounts/terms/")):
        assert "/terms/" in links(page)


def test_the_terms_may_stand_elsewhere(client: Client) -> None:
    publish(text_en="", text_fr="", url="https://example.com/terms/7")
    assert "https://example.com/terms/7" in links(client.get("/terms/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text_fr": ""}, "text_en"),
        ({"text_en": "", "text_fr": ""}, "text_en"),
        ({"url": "https://example.com/"}, "url"),
        ({"text_en": "", "text_fr": "", "url": "javascript:alert(1)"}, "url"),
        ({"version": "2027 01"}, "version"),
    ],
)
def test_terms_without_words_or_with_two_are_refused(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        publish(**wrong)
    assert field in refusal.value.message_dict


def test_a_version_is_published_once_and_never_changes(terms: Terms) -> None:
    with pytest.raises(ValidationError, match="already exists"):
        publish()
    terms.text_en = "Be rude."
    for change in (terms.save, terms.delete, Terms.objects.all().delete, lambda: Terms.objects.update(text_en="x")):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.create(version="empty")


# Signing up


def test_one_signs_up_with_the_box_ticked_and_is_not_asked_again(terms: Terms) -> None:
    client = Client()
    sign_up(client, NEW, accepted=str(terms.pk))
    user = User.objects.get(email=NEW)
    acceptance = TermsAcceptance.objects.get(user=user)
    assert (acceptance.terms, acceptance.address) == (terms, "127.0.0.1")
    event = Event.objects.get(action="account.terms_accepted")
    assert (event.subject_id, event.actor_id, event.after) == (user.pk, user.pk, {"version": "2027-01"})
    client.post(verification_link(NEW))
    assert client.get("/profile/security/").status_code == 200


@pytest.mark.parametrize("ticked", [{}, {"accepted": "on"}, {"accepted": "01890000-0000-7000-8000-000000000000"}])
def test_without_the_box_for_these_very_terms_nobody_signs_up(terms: Terms, ticked: dict[str, str]) -> None:
    page = sign_up(Client(), NEW, **ticked)
    assert error_at(page, "accepted") == "Accept the terms to go on."
    assert not User.objects.exists()
    assert f'value="{terms.pk}"' in body(page)


def test_without_terms_there_is_no_box(client: Client) -> None:
    assert "I accept the terms" not in words(client.get("/accounts/signup/"))
    sign_up(client, NEW)
    assert User.objects.filter(email=NEW).exists()


def test_terms_that_change_while_one_signs_up_are_asked_for_on_the_first_page(terms: Terms) -> None:
    client = Client()
    seen = terms_module.latest.get()
    newer = publish("2027-02")
    # What a process read a moment ago.
    terms_module.latest.note(seen)
    sign_up(client, NEW, accepted=str(terms.pk))
    assert User.objects.filter(email=NEW).exists()
    assert not TermsAcceptance.objects.exists()
    client.post(verification_link(NEW))
    terms_module.latest.forget()
    page = client.get("/profile/security/")
    assert page.headers["Location"] == "/accounts/terms/?next=%2Fprofile%2Fsecurity%2F"
    assert str(newer.pk) in body(client.get(page.headers["Location"]))


def test_with_terms_known_and_unknown_addresses_get_the_same_answer(terms: Terms) -> None:
    """Attack 9."""
    make_user("anna@example.com")
    make_user("bert@example.com", verified=False)
    seen = []
    for email in ("anna@example.com", "bert@example.com", "carl@example.com"):
        cache.clear()
        client = Client()
        with CaptureQueriesContext(connection) as captured:
            answer = sign_up(client, email, accepted=str(terms.pk))
        page = client.get(answer.headers["Location"])
        shown = without_tokens(page).replace(email, "…")
        seen.append((answer.status_code, shown, sorted(client.cookies), len(captured.captured_queries)))
    assert seen[0][:3] == seen[1][:3] == seen[2][:3]
    assert abs(seen[0][3] - seen[2][3]) <= 4, [counted for *_, counted in seen]
    assert TermsAcceptance.objects.count() == 1


# Staff


def test_staff_publish_terms_in_the_admin_and_change_none(person: Callable[..., Person]) -> None:
    stella = person("stella.staff@example.com", is_staff=True)
    for codename in ("add_terms", "view_terms", "change_terms", "delete_terms"):
        stella.user.user_permissions.add(Permission.objects.get(codename=codename))
    form = {
        "version": "2027-01",
        "text_en": "Be kind.",
        "text_fr": "",
        "url": "",
        "effective_at_0": "2027-01-01",
        "effective_at_1": "12:00:00",
    }
    page = stella.client.post("/admin/accounts/terms/add/", form)
    assert "Give the text in each language, or the address of a page." in words(page)
    stella.client.post("/admin/accounts/terms/add/", {**form, "text_fr": "Soyez aimables."})
    terms = Terms.objects.get()
    event = Event.objects.get(action="terms.published")
    assert (event.actor_id, event.target_id) == (stella.user.pk, terms.pk)
    change = f"/admin/accounts/terms/{terms.pk}/change/"
    assert "Be kind." in words(stella.client.get(change))
    assert stella.client.post(change, {**form, "text_en": "Be rude."}).status_code == 403
    assert stella.client.post(f"/admin/accounts/terms/{terms.pk}/delete/", {"post": "yes"}).status_code == 403


def test_who_may_only_look_publishes_nothing(person: Callable[..., Person]) -> None:
    looker = person("luke.looker@example.com", is_staff=True)
    looker.user.user_permissions.add(Permission.objects.get(codename="view_terms"))
    assert looker.client.get("/admin/accounts/terms/").status_code == 200
    assert looker.client.get("/admin/accounts/terms/add/").status_code == 403


def test_an_account_that_ends_takes_its_acceptances_along(cast: Cast, terms: Terms) -> None:
    accept_terms(user=cast.sam.user, terms_id=terms.pk, by=cast.sam.actor())
    cast.sam.user.delete()
    assert not TermsAcceptance.objects.exists()
