"""The page of an organization's log: what it says, for whom, and what its filters find."""

from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from accounts.actions import choose_region
from audit.erasure import erase
from audit.models import Event
from console.ids import first_uuid7, uuid7
from organizations.actions import change_role, edit_organization, invite_member, suspend_organization
from organizations.actors import Actor
from organizations.models import ApiKey
from tests.cast import Cast, make_person
from tests.organizations.logging_events import LOG, day, write
from tests.organizations.test_page_keys import NONSENSE
from tests.reading import body, follow_all, main_words, words_at

pytestmark = pytest.mark.django_db


def found(cast: Cast, **query: str) -> str:
    """What the log shows for filters, to Adam."""
    return words_at(cast.adam.client.get(LOG, query), "id", "log")


def test_the_log_says_who_did_what_when_and_from_where(cast: Cast) -> None:
    change_role(membership=cast.mia.membership(cast.acme), role="tech", by=cast.adam.actor(cast.acme))
    client = Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    client.force_login(cast.olivia.user)
    client.post("/o/acme/settings/logo/removal/")
    client.post("/o/acme/settings/", {"name": "Acme Robots", "slug": "acme", "description": "", "version": ""})
    page = main_words(cast.olivia.client.get(LOG))
    assert "Today" in page
    assert "Changed the role of Mia Member from Member to Tech AAAdam Adminjust now" in page
    assert "RoleMemberTech" in page
    assert "Organization created" in page


def test_an_entry_holds_what_one_asks_for_help_with(cast: Cast) -> None:
    event = write(cast.acme, cast.adam, request_id="0af7651916cd43dd8448eb211c80319c", target_id=uuid7())
    page = cast.adam.client.get(LOG)
    said = main_words(page)
    assert f"{event.pk}" in said
    assert "0af7651916cd43dd8448eb211c80319c" in said
    assert f'data-copy="{event.pk}"' in body(page)
    assert "Firefox 140 on Linux · 203.0.113.9" in said
    assert f"/o/acme/settings/audit-log/?target={event.target_id}" in body(page)


def test_what_was_denied_stands_out(cast: Cast) -> None:
    assert cast.mia.client.get(LOG).status_code == 403
    page = cast.adam.client.get(LOG)
    assert "Access denied: this takes the permission to see the audit log" in main_words(page)
    assert body(page).count("event-danger") == 1


def test_a_key_that_was_denied_is_named_with_the_reason(cast: Cast) -> None:
    about: dict[str, Any] = {"action": "api_key.denied", "outcome": "denied", "target": "Backup"}
    write(cast.acme, cast.adam, **about, after={"code": "network"})
    write(cast.acme, cast.adam, **about, after={"code": "of a later version"})
    page = main_words(cast.adam.client.get(LOG))
    assert "The API key Backup was not accepted: network not allowed Denied" in page
    assert "The API key Backup was not accepted: of a later version Denied" in page


def test_who_acts_is_a_person_a_key_the_staff_the_system_or_nobody_known(cast: Cast) -> None:
    stella = make_person("stella.staff@example.com", is_staff=True)
    suspend_organization(organization=cast.acme, reason="staff", by=Actor.staff(stella.user))
    robot = ApiKey.objects.create(organization=cast.acme, kind="service", name="Nightly build")
    write(cast.acme, cast.adam, actor_kind="key", actor_id=None, key_id=robot.pk, actor="Nightly build")
    write(cast.acme, cast.adam, key_id=uuid7(), key_name="Adam's laptop")
    write(cast.acme, cast.adam, actor_kind="system", actor_id=None, actor="", address=None, device="")
    write(cast.acme, cast.adam, actor_kind="visitor", actor_id=None, actor="")
    page = cast.adam.client.get(LOG)
    said = main_words(page)
    assert "Organization suspended Our staffjust now" in said
    assert "stella" not in body(page).lower()
    assert "Made the role Guest Nightly buildjust now" in said
    assert "AAAdam AdminAdam's laptopjust now" in said
    assert "Made the role Guest The systemjust now" in said
    assert "Somebody who was not signed injust now" in said
    # Neither by name nor by id: who of our staff it was cannot be tried out.
    assert "suspended" not in found(cast, who="stella")
    assert "suspended" not in found(cast, actor=str(stella.user.pk))


def test_an_erased_person_is_said_to_be_gone(cast: Cast) -> None:
    membership = cast.mia.membership(cast.acme)
    change_role(membership=membership, role="tech", by=cast.adam.actor(cast.acme))
    write(cast.acme, cast.mia)
    erase(cast.mia.user.pk, about=[membership.pk])
    said = found(cast)
    assert "Changed the role of somebody whose account was deleted from Member to Tech" in said
    assert "Made the role Guest SDsomebody whose account was deletedjust now" in said
    assert "Mia" not in said


def test_names_are_only_text(cast: Cast) -> None:
    write(
        cast.acme, cast.adam, target="<script>alert(1)</script>\r\nX: y", actor="\u202eEvil <b>", key_name="{{ 7 * 7 }}"
    )
    write(cast.acme, cast.adam, texts={"name": ["<img src=x>", "\u2066%s %(target)s"]}, after={"<i>": ["<u>"]})
    page = body(cast.adam.client.get(LOG))
    for inert in ("<script>alert", "<img src=x>", "<i>", "<u>", "\u202e", "\u2066", "Evil <b>"):
        assert inert not in page
    assert "Made the role &lt;script&gt;alert(1)&lt;/script&gt; X: y" in page


class TestFilters:
    def test_by_group_and_outcome(self, cast: Cast) -> None:
        invite_member(organization=cast.acme, email="guest@example.com", role="member", by=cast.adam.actor(cast.acme))
        cast.mia.client.get(LOG)
        assert "Invited guest@example.com as Member" in found(cast, what="invitations")
        assert "Organization created" not in found(cast, what="invitations")
        assert "Access denied" not in found(cast, outcome="done")
        denied = found(cast, outcome="denied")
        assert "Access denied" in denied
        assert "Invited" not in denied
        assert "Nothing matches" in found(cast, what="billing")

    def test_by_name_as_one_types_it(self, cast: Cast) -> None:
        write(cast.acme, cast.mia, target="of Mia")
        write(cast.acme, cast.adam, target="by key", key_id=uuid7(), key_name="Nightly build")
        assert "of Mia" in found(cast, who="mia mem")
        assert "by key" not in found(cast, who="mia mem")
        assert "by key" in found(cast, who="NIGHTLY")
        assert "Nothing matches" in found(cast, who="100%")
        assert "Nothing matches" in found(cast, who="m_a")

    def test_by_ids(self, cast: Cast) -> None:
        key, thing = uuid7(), uuid7()
        write(cast.acme, cast.mia, target="First", target_id=thing)
        write(cast.acme, cast.adam, target="Second", key_id=key)
        by_actor, by_key, by_target = (
            found(cast, actor=str(cast.mia.user.pk)),
            found(cast, key=str(key)),
            found(cast, target=str(thing)),
        )
        assert ("First" in by_actor, "Second" in by_actor) == (True, False)
        assert ("First" in by_key, "Second" in by_key) == (False, True)
        assert ("First" in by_target, "Second" in by_target) == (True, False)
        assert "Only what one person did." in by_actor

    def test_by_days_where_the_reader_is(self, cast: Cast) -> None:
        choose_region(user=cast.adam.user, language="en", time_zone="Asia/Tokyo", by=cast.adam.actor())
        for moment, target in (("2026-03-04T14:59:59", "fourth"), ("2026-03-04T15:00:01", "fifth")):
            with time_machine.travel(day(moment), tick=False):
                write(cast.acme, cast.mia, target=target, id=first_uuid7(day(moment)))
        fourth = found(cast, **{"from": "2026-03-04", "to": "2026-03-04"})
        assert ("fourth" in fourth, "fifth" in fourth) == (True, False)
        assert "fifth" in found(cast, **{"from": "2026-03-05", "to": "2026-03-05"})
        assert "Nothing matches" in found(cast, **{"from": "2026-03-06", "to": "2026-03-07"})

    @pytest.mark.parametrize(
        "query",
        [
            *({key: text} for key in ("after", "before") for text in NONSENSE.values()),
            {"from": "0001-01-01"}, {"to": "9999-12-31"}, {"from": "2026-02-31"}, {"from": "yesterday", "to": "\x00"},
            {"what": "all", "outcome": "maybe", "sort": "name"},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_narrows_nothing(self, cast: Cast, query: dict[str, str]) -> None:
        assert "Organization created" in found(cast, **query)

    @pytest.mark.parametrize(
        "query",
        [
            {"target": "nonsense"}, {"actor": "\x00x"}, {"key": "0" * 31}, {"who": "x" * 9_000}, {"to": "0001-01-01"},
            {"who": "\x00a\ud800"}, {"target": str(UUID(int=0))}, {"from": "9999-12-31"},
        ],
    )  # fmt: skip
    def test_what_nothing_is_called_finds_nothing(self, cast: Cast, query: dict[str, str]) -> None:
        response = cast.adam.client.get(LOG, {name: value.encode(errors="replace") for name, value in query.items()})
        assert "Nothing matches" in words_at(response, "id", "log")

    def test_a_script_gets_the_entries_alone(self, cast: Cast) -> None:
        part = cast.adam.client.get(f"{LOG}?what=organization", headers={"HX-Request": "true", "HX-Target": "log"})
        assert body(part).lstrip().startswith('<div id="log"')
        assert "Organization created" in body(part)
        assert "HX-Target" in part.headers["Vary"]


class TestWhoseLogItIs:
    def test_only_this_organizations(self, cast: Cast) -> None:
        theirs = write(cast.rival, cast.rita, target="Secret role", target_id=uuid7(), key_id=uuid7())
        ours = write(cast.acme, cast.adam)
        for query in (
            {}, {"target": str(theirs.target_id)}, {"key": str(theirs.key_id)}, {"actor": str(cast.rita.user.pk)},
            {"who": "rita"}, {"who": "r"}, {"from": "2020-01-01"},
        ):  # fmt: skip
            assert "Secret role" not in found(cast, **query)
        # A key that points into another log is only a time.
        from_theirs = follow_all(cast.rita.client, "next", "/o/rival/settings/audit-log/")
        assert "Secret role" in main_words(next(from_theirs)[1])
        assert ours.pk != theirs.pk

    def test_a_personal_account_shows_its_own(self, cast: Cast) -> None:
        write(cast.acme, cast.sam, target="Elsewhere")
        write(cast.sam.user.personal_account, cast.sam, target="Mine")
        page = main_words(cast.sam.client.get("/o/personal/settings/audit-log/"))
        assert "Made the role Mine" in page
        assert "Elsewhere" not in page

    @pytest.mark.parametrize("path", ["", "export/", "export/?format=jsonl"])
    def test_not_for_who_may_not_see_it(self, cast: Cast, path: str) -> None:
        assert [person.client.get(LOG + path).status_code for person in (cast.mia, cast.theo, cast.sam)] == [
            403,
            403,
            404,
        ]
        assert not Event.objects.filter(action="log.exported", outcome="done").exists()


@pytest.mark.embedded
def test_pages_go_to_the_end_and_each_event_stands_once(cast: Cast) -> None:
    write(cast.acme, cast.adam, 120)
    pages = [response for _address, response in follow_all(cast.adam.client, "next", f"{LOG}?what=roles")]
    assert [body(page).count('class="event-mark"') for page in pages] == [50, 50, 20]


def test_what_people_typed_is_told_before_and_after(cast: Cast) -> None:
    edit_organization(
        organization=cast.acme, name="Acme Robots", slug="acme", description="", by=cast.adam.actor(cast.acme)
    )
    assert "NameAcmeAcme Robots" in found(cast, what="settings")
