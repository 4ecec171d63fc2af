"""What only one can have, asked for by two at the same instant."""

from datetime import timedelta
from itertools import count

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from organizations.models import Organization, Slug
from tests.cast import Cast, make_team
from tests.races.together import browser, statuses, together
from tests.reading import error_at

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5
TAKEN = "This address is taken. Choose another one."

numbers = count(1)


def test_one_of_two_gets_the_address(cast: Cast) -> None:
    for _ in range(ROUNDS):
        data = {"name": "Vega", "slug": f"vega-{next(numbers)}"}
        one, other = browser(cast.sam), browser(cast.rita)
        answers = together(
            lambda: one.post("/organizations/new/", data),  # noqa: B023 -- run in this round
            lambda: other.post("/organizations/new/", data),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        assert [error_at(answer, "slug") for answer in answers if answer.status_code == 200] == [TAKEN]
        assert Organization.objects.filter(slug=data["slug"]).count() == 1


def test_of_two_with_the_same_name_each_gets_an_address(cast: Cast) -> None:
    """Nobody typed an address: nobody is told that it is taken."""
    for _ in range(ROUNDS):
        data = {"name": f"Lyra {next(numbers)} Labs"}
        one, other = browser(cast.sam), browser(cast.rita)
        answers = together(
            lambda: one.post("/organizations/new/", data),  # noqa: B023 -- run in this round
            lambda: other.post("/organizations/new/", data),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [302, 302]
        assert len({answer.headers["Location"] for answer in answers}) == 2


def test_one_of_two_renames_gets_the_address(cast: Cast) -> None:
    for _ in range(ROUNDS):
        # The day's allowance of new organizations is not what this is about.
        Organization.objects.update(created_at=timezone.now() - timedelta(days=2))
        left, right = (make_team(f"{side} {next(numbers)}", cast.olivia) for side in ("Left", "Right"))
        slug = f"middle-{next(numbers)}"
        one, other = browser(cast.olivia), browser(cast.olivia)
        answers = together(
            lambda: one.post(f"/o/{left.slug}/settings/", {"name": "Left", "slug": slug}),  # noqa: B023 -- run in this round
            lambda: other.post(f"/o/{right.slug}/settings/", {"name": "Right", "slug": slug}),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        owner = Slug.objects.get(slug=slug).organization
        assert owner.slug == slug
        assert Organization.objects.filter(slug=slug).count() == 1


def test_two_who_sign_up_with_the_same_address_see_the_same_and_make_one_account(cast: Cast) -> None:
    for _ in range(ROUNDS):
        data = {
            "email": f"new.comer.{next(numbers)}@example.com",
            "password1": "plum-harbour-71",
            "password2": "plum-harbour-71",
        }
        one, other = Client(raise_request_exception=False), Client(raise_request_exception=False)
        answers = together(
            lambda: one.post("/accounts/signup/", data),  # noqa: B023 -- run in this round
            lambda: other.post("/accounts/signup/", data),  # noqa: B023 -- run in this round
        )
        assert User.objects.filter(email=data["email"]).count() == 1
        assert Organization.objects.filter(person__email=data["email"]).count() == 1
        assert statuses(answers) == [302, 302]
        assert len({answer.headers["Location"] for answer in answers}) == 1
