"""Terms: published by staff, accepted by version, asked again when they change (issue 3, *Help*)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import terms as terms_module
from accounts.actions import accept_terms, publish_terms
from accounts.models import Terms, TermsAcceptance, User
from audit.actors import Actor
from audit.models import AppendOnlyError, Event
from tests.accounts.signing import is_signed_in, make_user, sign_up, verification_link
from tests.cast import Cast, Person
from tests.reading import body, error_at, links, main_words, without_tokens, words

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

NEW = "new.comer@example.com"


def publish(version: str = "2027-01", **more: object) -> Terms:
    fields = {"text_en": "Be kind.", "text_fr": "Soyez aimables.", "effective_at": timezone.now(), **more}
    return publish_terms(version=version, by=Actor.system(), **fields)  # type: ignore[arg-type] # what a test says


@pytest.fixture
def terms() -> Terms:
    return publish()


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


# Asked again


def test_whoever_has_not_accepted_is_asked_and_then_goes_on(cast: Cast, terms: Terms) -> None:
    sam = cast.sam.client
    asked = sam.get("/profile/security/?tab=1")
    assert asked.headers["Location"] == "/accounts/terms/?next=%2Fprofile%2Fsecurity%2F%3Ftab%3D1"
    assert "Be kind." in main_words(sam.get(asked.headers["Location"]))
    done = sam.post("/accounts/terms/", {"accepted": str(terms.pk), "next": "/profile/security/?tab=1"})
    assert done.headers["Location"] == "/profile/security/?tab=1"
    assert sam.get("/profile/security/").status_code == 200
    assert TermsAcceptance.objects.get().user == cast.sam.user


def test_it_is_asked_again_when_the_terms_change(cast: Cast, terms: Terms) -> None:
    accept_terms(user=cast.sam.user, terms_id=terms.pk, by=cast.sam.actor())
    assert cast.sam.client.get("/profile/security/").status_code == 200
    publish("2027-02")
    assert cast.sam.client.get("/profile/security/").status_code == 302
    assert TermsAcceptance.objects.count() == 1


def test_new_terms_are_asked_for_from_their_day_on(cast: Cast) -> None:
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False) as clock:
        publish(effective_at=timezone.now() + timedelta(days=1))
        assert cast.sam.client.get("/profile/security/").status_code == 200
        clock.shift(timedelta(days=1))
        terms_module.latest.forget()
        assert cast.sam.client.get("/profile/security/").status_code == 302


def test_nothing_begins_in_the_past() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    assert publish(effective_at=yesterday).effective_at > yesterday


def test_what_an_old_tab_posts_is_done_and_the_next_page_asks(cast: Cast, terms: Terms) -> None:
    cast.sam.client.post("/organizations/new/", {"name": "Vega"})
    assert Event.objects.filter(action="organization.created").exists()
    assert cast.sam.client.get("/o/vega/").headers["Location"].startswith("/accounts/terms/")


def test_a_part_of_a_page_leads_the_whole_page_there(cast: Cast, terms: Terms) -> None:
    here = "http://testserver/o/acme/members/?q=ada"
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    answer = cast.olivia.client.get("/o/acme/members/?q=ada", headers=headers)
    assert answer.headers["HX-Redirect"] == "/accounts/terms/?next=%2Fo%2Facme%2Fmembers%2F%3Fq%3Dada"


@pytest.mark.parametrize(
    "path",
    [
        "/help/", "/help/mfa/", "/terms/", "/accounts/terms/", "/accounts/logout/", "/cookies/",
        "/profile/preferences/data/", "/profile/preferences/deletion/",
    ],
)  # fmt: skip
def test_help_and_the_ways_out_stay_open(cast: Cast, terms: Terms, path: str) -> None:
    assert cast.sam.client.get(path).status_code == 200


def test_one_may_sign_out_without_accepting(cast: Cast, terms: Terms) -> None:
    cast.sam.client.post("/accounts/logout/")
    assert not is_signed_in(cast.sam.client)


def test_visitors_are_not_asked(terms: Terms, client: Client) -> None:
    for path in ("/", "/accounts/login/", "/accounts/signup/"):
        assert client.get(path).status_code == 200


def test_staff_who_publish_them_are_not_asked_in_the_admin(terms: Terms, person: Callable[..., Person]) -> None:
    assert "/accounts/terms/" not in person("stella.staff@example.com", is_staff=True).client.get(
        "/admin/"
    ).headers.get("Location", "")


def test_without_the_box_the_page_asks_again(cast: Cast, terms: Terms) -> None:
    page = cast.sam.client.post("/accounts/terms/", {"next": "/help/"})
    assert error_at(page, "accepted") == "Accept the terms to go on."
    assert 'name="next" value="/help/"' in body(page)
    assert not TermsAcceptance.objects.exists()


def test_a_box_that_was_drawn_for_older_terms_accepts_nothing(cast: Cast, terms: Terms) -> None:
    publish("2027-02")
    page = cast.sam.client.post("/accounts/terms/", {"accepted": str(terms.pk)})
    assert error_at(page, "accepted")
    assert not TermsAcceptance.objects.exists()


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https:evil.example", "javascript:alert(1)", "https://evil.example/"]
)
def test_the_way_on_stays_in_this_console(cast: Cast, terms: Terms, evil: str) -> None:
    assert (
        cast.sam.client.post("/accounts/terms/", {"accepted": str(terms.pk), "next": evil}).headers["Location"] == "/"
    )
    assert cast.sam.client.get("/accounts/terms/", {"next": evil}).headers["Location"] == "/"


def test_accepting_twice_is_accepting_once(cast: Cast, terms: Terms) -> None:
    for _ in range(2):
        accept_terms(user=cast.sam.user, terms_id=terms.pk, by=cast.sam.actor())
    assert TermsAcceptance.objects.count() == 1
    assert Event.objects.filter(action="account.terms_accepted").count() == 1


def test_once_accepted_the_terms_cost_no_query(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert cast.olivia.client.get("/o/acme/members/").status_code == 200
        return len(captured.captured_queries)

    queries()
    before = queries()
    terms = publish()
    accept_terms(user=cast.olivia.user, terms_id=terms.pk, by=cast.olivia.actor())
    queries()
    assert queries() == before


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
