"""The bell says who asks to join to those who decide now: to nobody who may no longer, and to all who just may."""

from collections.abc import Callable

import pytest

from organizations.actions import accept_transfer, delete_role, edit_role, invite_member
from organizations.models import CustomRole
from tests.cast import Cast, Person
from tests.organizations.asking import ask, decline, make_public
from tests.organizations.custom_roles import give, make
from tests.organizations.inviting import mailed_link
from tests.organizations.owning import offer
from tests.reading import mails_to, main_words

pytestmark = pytest.mark.django_db

LINE = "Sam Stranger asks to join Acme."


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    make_public(cast.acme)
    # One who decides by a role of Acme's own.
    give(cast, "theo", make(cast, "Doorkeeper", "decide_requests"))
    ask(cast.sam)


def is_told(person: Person) -> bool:
    return LINE in main_words(person.client.get("/notifications/"))


def told(cast: Cast) -> set[str]:
    return {role for role, person in cast.roles.items() if is_told(person)}


def change(cast: Cast, who: Person, role: str) -> None:
    path = f"/o/acme/members/{who.membership(cast.acme).pk}/role/"
    assert cast.olivia.client.post(path, {"role": role}).status_code == 302


def doorkeeper() -> CustomRole:
    return CustomRole.objects.get(name="Doorkeeper")


def no_admin(cast: Cast) -> None:
    change(cast, cast.adam, "member")


def one_more_admin(cast: Cast) -> None:
    change(cast, cast.mia, "admin")


def role_without_it(cast: Cast) -> None:
    by = cast.olivia.actor(cast.acme)
    edit_role(role=doorkeeper(), name="Doorkeeper", permissions=["view_members"], by=by)


def role_gone(cast: Cast) -> None:
    delete_role(role=doorkeeper(), replacement="member", by=cast.olivia.actor(cast.acme))


def given_away(cast: Cast) -> None:
    accept_transfer(transfer=offer(cast, cast.mia, "tech"), by=cast.mia.actor(cast.acme))


CHANGES: list[tuple[Callable[[Cast], None], set[str]]] = [
    (no_admin, {"owner", "tech"}),
    (one_more_admin, {"owner", "admin", "tech", "member"}),
    (role_without_it, {"owner", "admin"}),
    (role_gone, {"owner", "admin"}),
    (given_away, {"member", "admin", "tech"}),
]


@pytest.mark.parametrize(("happens", "decide"), CHANGES, ids=lambda value: getattr(value, "__name__", ""))
def test_it_follows_the_roles(cast: Cast, happens: Callable[[Cast], None], decide: set[str]) -> None:
    assert told(cast) == {"owner", "admin", "tech"}
    happens(cast)
    assert told(cast) == decide


def test_who_comes_in_as_an_admin_is_told_of_what_is_open(cast: Cast) -> None:
    by = cast.olivia.actor(cast.acme)
    invitation = invite_member(organization=cast.acme, email=cast.rita.user.email, role="admin", by=by)
    cast.rita.client.post(f"{mailed_link(invitation)}acceptance/")
    assert is_told(cast.rita)
    assert mails_to(cast.rita.user.email, "join-request") == []


def test_of_what_is_decided_nobody_new_is_told(cast: Cast) -> None:
    decline(cast.adam, cast.sam.user.join_requests.get())
    change(cast, cast.mia, "admin")
    assert told(cast) == set()
