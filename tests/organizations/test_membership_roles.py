"""Changing roles: who may give what to whom, and what is written down and mailed."""

import pytest
from django.http import HttpResponseBase

from audit.models import Event
from organizations.models import Membership
from outbox.models import Mail
from tests.cast import Cast, Person, make_person
from tests.reading import error_at, link_in, links, mails_to, words

pytestmark = pytest.mark.django_db

TOO_MUCH = "You can only give a role that may do no more than yours."
OWN = "You cannot change your own role this way. Ask somebody else."
LAST = "Acme needs at least one Owner. Give somebody else that role first."


def change(by: Person, whose: Person, cast: Cast, role: str) -> HttpResponseBase:
    membership = whose.membership(cast.acme)
    return by.client.post(f"/o/acme/members/{membership.pk}/role/", {"role": role}, follow=True)


def role_of(person: Person, cast: Cast) -> str:
    return person.membership(cast.acme).role


# Who, whose, to what, and what comes of it: None where it is done, else what the page says at the field.
RULES = [
    ("olivia", "mia", "tech", None),
    ("olivia", "mia", "owner", None),
    ("olivia", "adam", "member", None),
    ("adam", "mia", "admin", None),
    ("adam", "bella", "member", None),
    ("adam", "mia", "owner", TOO_MUCH),
    ("adam", "olivia", "member", "Olivia Owner may do more than you. Ask somebody with the role Owner."),
    ("adam", "olivia", "admin", "Olivia Owner may do more than you. Ask somebody with the role Owner."),
    ("adam", "adam", "owner", OWN),
    ("adam", "adam", "member", None),
    ("adam", "adam", "tech", None),
    ("olivia", "olivia", "admin", LAST),
    ("olivia", "olivia", "member", LAST),
]


@pytest.mark.parametrize(("who", "whose", "role", "error"), RULES)
def test_nobody_gives_or_takes_what_they_do_not_hold(
    cast: Cast, who: str, whose: str, role: str, error: str | None
) -> None:
    by, member = getattr(cast, who), getattr(cast, whose)
    before = role_of(member, cast)
    response = change(by, member, cast, role)
    if error is None:
        assert role_of(member, cast) == role
        assert not Event.objects.filter(outcome="denied").exists()
    else:
        assert error in words(response)
        assert role_of(member, cast) == before
        assert Event.objects.get(outcome="denied").action == "membership.role_changed"
        assert not Mail.objects.exists()


def test_stepping_down_works_and_there_is_no_way_back_up(cast: Cast) -> None:
    """PRODUCT, default policy: own role, may step down."""
    change(cast.adam, cast.adam, cast, "billing")
    assert role_of(cast.adam, cast) == "billing"
    response = change(cast.adam, cast.adam, cast, "admin")
    assert role_of(cast.adam, cast) == "billing"
    assert "change the roles of members" in words(response)


def test_an_owner_steps_down_once_there_is_another(cast: Cast) -> None:
    change(cast.olivia, cast.theo, cast, "owner")
    change(cast.olivia, cast.olivia, cast, "member")
    assert (role_of(cast.olivia, cast), role_of(cast.theo, cast)) == ("member", "owner")


def test_the_error_stands_at_the_field(cast: Cast) -> None:
    response = change(cast.adam, cast.mia, cast, "owner")
    assert error_at(response, "role") == TOO_MUCH


@pytest.mark.parametrize("role", ["", "emperor", "owner ", "OWNER", "0"])
def test_a_role_that_is_none_is_refused(cast: Cast, role: str) -> None:
    response = change(cast.olivia, cast.mia, cast, role)
    assert error_at(response, "role")
    assert role_of(cast.mia, cast) == "member"


def test_the_member_is_told_by_mail_and_it_is_written_down(cast: Cast) -> None:
    change(cast.adam, cast.mia, cast, "tech")
    [mail] = mails_to("mia.member@example.com")
    assert mail.subject == "Your role in Acme is now Tech"
    for part in (mail.text, mail.html):
        assert "Acme" in part
        assert "You are now Tech." in part
        assert "You get this mail because you are a member of Acme." in part
    assert cast.mia.client.get(link_in(mail)).status_code == 200
    event = Event.objects.get(action="membership.role_changed")
    assert (event.before, event.after) == ({"role": "member"}, {"role": "tech"})
    assert (event.organization_id, event.actor_id) == (cast.acme.pk, cast.adam.user.pk)
    assert event.target_id == cast.mia.membership(cast.acme).pk


def test_stepping_down_mails_nobody(cast: Cast) -> None:
    change(cast.adam, cast.adam, cast, "member")
    assert not Mail.objects.exists()


def test_the_same_role_again_changes_and_mails_nothing(cast: Cast) -> None:
    change(cast.adam, cast.mia, cast, "member")
    assert not Mail.objects.exists()
    assert not Event.objects.filter(action="membership.role_changed").exists()


def test_the_page_says_what_it_was_before(cast: Cast) -> None:
    """UI: undone by doing it again."""
    response = change(cast.adam, cast.mia, cast, "tech")
    assert "Mia Member is now Tech; before: Member." in words(response)


def test_a_new_role_holds_from_the_next_request(cast: Cast) -> None:
    assert cast.mia.client.get("/o/acme/settings/").status_code == 403
    change(cast.olivia, cast.mia, cast, "admin")
    assert cast.mia.client.get("/o/acme/settings/").status_code == 200
    change(cast.olivia, cast.mia, cast, "member")
    assert cast.mia.client.get("/o/acme/settings/").status_code == 403


def test_an_admin_is_offered_no_actions_on_an_owner(cast: Cast) -> None:
    page = cast.adam.client.get("/o/acme/members/?q=olivia").content.decode()
    assert str(cast.olivia.membership(cast.acme).pk) not in page
    page = cast.adam.client.get("/o/acme/members/?q=mia").content.decode()
    assert str(cast.mia.membership(cast.acme).pk) in page


def test_a_member_who_is_gone_meanwhile_is_not_there(cast: Cast) -> None:
    pk = cast.mia.membership(cast.acme).pk
    Membership.objects.filter(pk=pk).delete()
    assert cast.olivia.client.post(f"/o/acme/members/{pk}/role/", {"role": "tech"}).status_code == 404


def test_a_second_admin_cannot_touch_an_owner_who_was_admin_a_moment_ago(cast: Cast) -> None:
    """The form was opened while Theo was an admin; what he is now decides."""
    ada = make_person("ada.admin@example.com")
    Membership.build(organization=cast.acme, user=ada.user, role="admin").save()
    cast.adam.client.get(f"/o/acme/members/{ada.membership(cast.acme).pk}/role/")
    change(cast.olivia, ada, cast, "owner")
    change(cast.adam, ada, cast, "member")
    assert role_of(ada, cast) == "owner"


def test_one_who_looked_for_somebody_comes_back_to_what_was_found(cast: Cast) -> None:
    found = "/o/acme/members/?q=m&role=member&sort=-name"
    form = next(href for href in links(cast.olivia.client.get(found)) if "/role/" in href)
    # *Cancel* leads there too, and a form that was refused does not forget it.
    assert found in links(cast.olivia.client.get(form))
    assert found in links(cast.olivia.client.post(form, {"role": "queen"}))
    assert cast.olivia.client.post(form, {"role": "tech"}).headers["Location"] == found
