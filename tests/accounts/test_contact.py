"""Contact information: names, salutation, phone number with its country, job role (text 002, section 1.1)."""

from typing import Any

import pytest
from django.http import HttpResponseBase

from accounts.models import User
from audit.models import Event
from organizations.models import Membership
from tests.cast import Cast
from tests.reading import body, error_at, main_words, words

pytestmark = pytest.mark.django_db

FILLED = {
    "first_name": "Samuel",
    "last_name": "Stranger",
    "salutation": "mr",
    "phone_country": "FR",
    "phone": "06 12 34 56 78",
    "job_role": "developer",
}


def save(cast: Cast, **changes: Any) -> HttpResponseBase:
    return cast.sam.client.post("/profile/preferences/", {**FILLED, **changes})


def sam(cast: Cast) -> User:
    return User.objects.get(pk=cast.sam.user.pk)


def test_everything_is_saved_and_shown_again(cast: Cast) -> None:
    response = save(cast)
    assert (response.status_code, response.headers["Location"]) == (302, "/profile/preferences/")
    user = sam(cast)
    assert (user.name, user.salutation, str(user.phone), user.job_role) == (
        "Samuel Stranger",
        "mr",
        "+33612345678",
        "developer",
    )
    page = body(cast.sam.client.get("/profile/preferences/"))
    assert 'value="06 12 34 56 78"' in page
    assert '<option value="FR" selected>France (+33)</option>' in page
    assert '<option value="mr" selected>Mr</option>' in page
    assert '<option value="developer" selected>Developer</option>' in page


def test_all_but_the_name_is_optional_and_can_be_taken_back(cast: Cast) -> None:
    save(cast)
    save(cast, salutation="", phone_country="", phone="", job_role="")
    user = sam(cast)
    assert (user.salutation, str(user.phone), user.job_role) == ("", "", "")
    assert error_at(save(cast, first_name="", last_name=""), "first_name")


@pytest.mark.parametrize(
    ("country", "typed", "saved"),
    [
        ("CH", "079 123 45 67", "+41791234567"),
        ("US", "(212) 555-2368", "+12125552368"),
        ("CA", "506 234 5678", "+15062345678"),
        ("FR", "+32 470 12 34 56", "+32470123456"),
        ("", "+32 470 12 34 56", "+32470123456"),
        ("GB", "\u200e+33 6 12 34 56 78", "+33612345678"),
    ],
)
def test_a_number_is_typed_as_it_is_dialled_there(cast: Cast, country: str, typed: str, saved: str) -> None:
    save(cast, phone_country=country, phone=typed)
    assert str(sam(cast).phone) == saved


@pytest.mark.parametrize("typed", ["12", "hello", "06 12 34 56 78 90 12", "+", "<script>", "\uff19\uff19\uff19"])
def test_what_is_no_number_is_an_error_at_the_field_with_an_example(cast: Cast, typed: str) -> None:
    response = save(cast, phone=typed)
    assert response.status_code == 200
    assert error_at(response, "phone") == (
        "This is not a phone number of that country. There they look like 06 12 34 56 78."
    )
    assert str(sam(cast).phone) == ""
    assert sam(cast).first_name == "Sam", "nothing is saved"


def test_a_number_without_country_asks_for_it(cast: Cast) -> None:
    response = save(cast, phone_country="")
    assert error_at(response, "phone_country") == "Choose the country, or begin the number with + and its code."
    assert 'value="06 12 34 56 78"' in body(response), "what was typed stays"


def test_the_countries_have_names_in_the_readers_language(cast: Cast) -> None:
    french = body(cast.sam.client.get("/profile/preferences/", headers={"accept-language": "fr"}))
    assert "Allemagne (+49)" in french
    assert "Germany (+49)" in body(cast.sam.client.get("/profile/preferences/", headers={"accept-language": "en"}))


@pytest.mark.parametrize(("field", "value"), [("salutation", "dr"), ("job_role", "owner"), ("phone_country", "XX")])
def test_only_what_is_listed_can_be_chosen(cast: Cast, field: str, value: str) -> None:
    assert error_at(save(cast, **{field: value}), field)
    assert sam(cast).first_name == "Sam"


def test_a_job_role_grants_nothing(cast: Cast) -> None:
    """The page says so, and the executive is a member as before."""
    before = cast.mia.membership(cast.acme).permissions
    cast.mia.client.post("/profile/preferences/", {**FILLED, "job_role": "management"})
    assert cast.mia.membership(cast.acme).permissions == before
    assert "It gives you no rights" in main_words(cast.mia.client.get("/profile/preferences/"))


def test_extra_fields_change_nothing(cast: Cast) -> None:
    """Attack 26."""
    save(cast, email="boss@example.com", is_staff="on", picture="x", language="fr", time_zone="Europe/Paris")
    user = sam(cast)
    assert (user.email, user.is_staff, user.picture, user.language, user.time_zone) == (
        "sam.stranger@example.com",
        False,
        None,
        "",
        "",
    )


def test_the_name_changes_in_member_lists_in_the_same_transaction(cast: Cast) -> None:
    cast.mia.client.post("/profile/preferences/", {**FILLED, "first_name": "Zoë", "last_name": "Quill"})
    assert Membership.objects.get(user=cast.mia.user, organization=cast.acme).sort_name == "zoe quill"


def test_the_address_is_shown_with_the_way_to_change_it(cast: Cast) -> None:
    page = cast.sam.client.get("/profile/preferences/")
    assert "sam.stranger@example.com" in main_words(page)
    assert "/profile/preferences/addresses/" in body(page)


def test_the_event_says_what_changed_and_holds_no_personal_detail_itself(cast: Cast) -> None:
    save(cast, job_role="")
    event = Event.objects.get(action="account.contact_edited")
    assert event.subject_id == cast.sam.user.pk
    assert (event.before, event.after) == ({}, {})
    assert event.detail.texts == {
        "first_name": ["Sam", "Samuel"],
        "salutation": ["", "mr"],
        "phone": ["", "+33612345678"],
    }


def test_saving_the_same_again_is_no_event(cast: Cast) -> None:
    save(cast)
    save(cast)
    assert Event.objects.filter(action="account.contact_edited").count() == 1


def test_an_error_in_one_card_leaves_the_others_as_they_are(cast: Cast) -> None:
    cast.sam.client.post("/profile/preferences/region/", {"language": "", "time_zone": "Europe/Paris"})
    response = save(cast, phone="12")
    page = body(response)
    assert '<option value="Europe/Paris" selected>' in page
    assert words(response).count("One field needs your attention.") == 1
