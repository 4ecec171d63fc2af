"""Many invitations at once: which rows can be sent and why not, and the yes before anything is sent."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from organizations.models import Invitation, InvitationBatch
from outbox.models import Mail, Suppression
from outbox.suppression import suppress
from tests.accounts.factors import proof_on
from tests.accounts.signing import PASSWORD
from tests.cast import Cast, Person
from tests.organizations.batching import NEW_BATCH, confirm, csv_file, give, page_of, problems
from tests.organizations.inviting import invite
from tests.reading import body, error_at, links, mails_to, main_words, posts, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker_here")]


def test_each_wrong_row_says_why_and_nothing_is_sent(cast: Cast) -> None:
    invite(cast, "open.offer@example.com")
    suppress("never.again@example.com", Suppression.Kind.INVITATIONS)
    before = Invitation.objects.count(), Mail.objects.count()
    batch = give(
        cast,
        "email,role,note",
        "fine@example.com,,",
        "also.fine@example.com,TECH,Welcome",
        "nobody,,",
        "mia.member@example.com,,",
        "Open.Offer@example.com,,",
        "FINE@example.com,,",
        "emperor@example.com,Emperor,",
        "an.owner@example.com,Owner,",
        "adam.admin@example.com,,",
        "never.again@example.com,,",
        ",,a note alone",
        f"{'a' * 300}@example.com,,",
        by=cast.adam,
    )
    assert problems(batch) == {
        4: "email",
        5: "already-member",
        6: "already-invited",
        7: "twice",
        8: "role",
        9: "above-own-role",
        10: "own-address",
        11: "unwilling",
        12: "email",
        13: "email",
    }
    assert (Invitation.objects.count(), Mail.objects.count()) == before
    page = cast.adam.client.get(page_of(batch))
    said = main_words(page)
    for sentence in (
        "2 invitations can be sent.",
        "10 rows cannot be sent.",
        "4 nobody This is no e-mail address. Member",
        "5 mia.member@example.com A member already. Member",
        "6 open.offer@example.com Invited already.",
        "7 fine@example.com The address stands further up already.",
        "8 emperor@example.com There is no such role. Emperor",
        "9 an.owner@example.com This role may do more than yours. Owner",
        "10 adam.admin@example.com This is your own address.",
        "11 never.again@example.com This address wants no invitations by mail.",
        "12 \u2013 This is no e-mail address.",
    ):
        assert sentence in said
    assert 'data-hx-trigger="every 2s"' not in body(page)


def test_after_the_yes_the_right_ones_are_sent_each_with_its_role_and_note(cast: Cast) -> None:
    batch = give(
        cast,
        "first@example.com,tech,Come and build.",
        "wrong",
        "second@example.com",
        role="admin",
        note="For all.",
        by=cast.adam,
    )
    batch = confirm(batch, cast.adam)
    assert batch.state == "done"
    found = {i.email: (i.role, i.note, i.invited_by) for i in Invitation.objects.all()}
    assert found == {
        "first@example.com": ("tech", "Come and build.", cast.adam.user),
        "second@example.com": ("admin", "For all.", cast.adam.user),
    }
    assert len(mails_to("first@example.com", "invitation")) == 1
    said = main_words(cast.adam.client.get(page_of(batch)))
    assert "Done: 2 invitations are on their way." in said
    assert "2 of 2 handled" in said


def test_addresses_can_be_pasted(cast: Cast) -> None:
    text = "Ada <ada@example.com>, bob@example.com\ncem@example.com; x"
    response = cast.olivia.client.post(NEW_BATCH, {"addresses": text, "role": "member"}, follow=True)
    assert "3 invitations can be sent." in words(response)
    assert "4 x This is no e-mail address." in main_words(response)


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({}, "addresses", "Enter at least one address."),
        ({"addresses": "a@example.com", "file": csv_file("b@example.com")}, "file", "Either paste addresses or choose"),
        ({"file": csv_file(b"PK\x03\x04\x00", "people.xlsx")}, "file", "This is not a CSV file with addresses."),
        ({"file": csv_file("")}, "file", "This file is empty."),
        ({"file": csv_file("a" * (2 * 1024 * 1024 + 1))}, "file", "This file is larger than 2.0"),
    ],
)
def test_what_is_no_list_is_an_error_at_its_field(cast: Cast, given: dict[str, Any], field: str, error: str) -> None:
    response = cast.olivia.client.post(NEW_BATCH, {"role": "member", **given})
    assert error in error_at(response, field)
    assert not InvitationBatch.objects.exists()


def test_more_than_5000_rows_are_refused(cast: Cast) -> None:
    rows = "\n".join(f"p{n}@example.com" for n in range(5_001))
    response = cast.olivia.client.post(NEW_BATCH, {"role": "member", "file": csv_file(rows)})
    assert "This list has more than 5000 rows. Send it in parts." in words(response)


def test_5000_rows_are_checked_in_a_bounded_number_of_queries(cast: Cast) -> None:
    rows = "\n".join(f"p{n}@example.com,tech" for n in range(5_000))
    with CaptureQueriesContext(connection) as captured:
        cast.olivia.client.post(NEW_BATCH, {"role": "member", "file": csv_file(rows)})
    batch = InvitationBatch.objects.get()
    assert batch.rows.filter(state="ready").count() == 5_000
    assert len(captured) < 60


def test_a_new_list_takes_the_place_of_the_one_that_waited(cast: Cast) -> None:
    first = give(cast, "wrong@", "a@example.com")
    second = give(cast, "right@example.com")
    assert cast.olivia.client.get(page_of(first)).status_code == 404
    assert cast.olivia.client.get(page_of(second)).status_code == 200


def test_a_list_is_found_again_from_the_invitations_until_it_is_put_away(cast: Cast) -> None:
    batch = give(cast, "a@example.com")
    index = cast.olivia.client.get("/o/acme/members/invitations/")
    assert "waits for your confirmation" in words(index)
    assert page_of(batch) in links(index)
    answer = cast.olivia.client.post(f"{page_of(batch)}cancellation/", follow=True)
    assert "The list is discarded. Nothing was sent." in words(answer)
    assert "waits for your confirmation" not in words(answer)
    assert f"{page_of(batch)}confirmation/" not in posts(cast.olivia.client.get(page_of(batch)))
    assert confirm(batch, cast.olivia).state == "stopped"
    assert not Invitation.objects.exists()


def test_only_who_gave_a_list_sends_it(cast: Cast) -> None:
    batch = give(cast, "a@example.com", by=cast.adam)
    assert confirm(batch, cast.olivia).state == "checked"
    assert "Only whoever gave this list can send it." in words(cast.olivia.client.get(page_of(batch)))


def test_a_yes_that_is_given_twice_sends_once(cast: Cast) -> None:
    batch = give(cast, "a@example.com")
    confirm(batch, cast.olivia)
    confirm(batch, cast.olivia)
    assert Invitation.objects.count() == 1
    assert len(mails_to("a@example.com")) == 1


def test_the_founders_role_anywhere_in_it_asks_for_a_proof(cast: Cast) -> None:
    cast.olivia.user.set_password(PASSWORD)
    cast.olivia.user.save()
    client = cast.olivia.client
    batch = give(cast, "a@example.com", "b@example.com,owner")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False):
        path = f"{page_of(batch)}confirmation/"
        asked = client.post(path)
        assert "Confirm that it is you" in words(asked)
        assert not Invitation.objects.exists()
        with TestCase.captureOnCommitCallbacks(execute=True):
            client.post(path, {**proof_on(asked, ""), "password": PASSWORD})
    assert sorted(Invitation.objects.values_list("role", flat=True)) == ["member", "owner"]


class TestWhoIsInvited:
    """Before the yes one sees who will be invited as what, not only what is wrong."""

    def test_each_ready_row_stands_there_with_its_role(self, cast: Cast) -> None:
        batch = give(cast, "first@example.com,tech", "second@example.com", "wrong", role="member")
        said = main_words(cast.olivia.client.get(page_of(batch)))
        assert "Who is invited" in said
        assert "1 first@example.com Tech" in said
        assert "2 second@example.com Member" in said
        confirm(batch, cast.olivia)
        assert "Who is invited" not in main_words(cast.olivia.client.get(page_of(batch)))

    def test_it_has_pages_of_its_own(self, cast: Cast) -> None:
        wrong = [f"wrong{n}" for n in range(60)]
        batch = give(cast, *(f"p{n:03}@example.com" for n in range(60)), *wrong)
        first = cast.olivia.client.get(page_of(batch))
        assert "p049@example.com" in main_words(first)
        assert "p050@example.com" not in main_words(first)
        [way] = [link for link in links(first) if "ready_after=" in link]
        second = main_words(cast.olivia.client.get(page_of(batch) + way))
        assert "p050@example.com" in second
        assert "p049@example.com" not in second
        assert "wrong0" in second


def filled(cast: Cast, batch: InvitationBatch, by: Person | None = None) -> str:
    """What stands in the field for addresses on the way from a list to a corrected one."""
    page = body((by or cast.olivia).client.get(f"{NEW_BATCH}?from={batch.pk}"))
    area = page.partition('name="addresses"')[2].partition("</textarea>")[0].partition(">")[2]
    return unescape(area).strip().replace("\r\n", "\n")


class TestCorrectingAList:
    """A next list takes the place of the one that waits: it begins with all of it."""

    def test_the_way_leads_to_the_form_with_the_list(self, cast: Cast) -> None:
        batch = give(cast, "a@example.com", "wrong", role="tech", note="Hello")
        page = cast.olivia.client.get(page_of(batch))
        assert "Correct list" in main_words(page)
        assert f"{NEW_BATCH}?from={batch.pk}" in links(page)
        assert filled(cast, batch) == "a@example.com\nwrong"
        form = body(cast.olivia.client.get(f"{NEW_BATCH}?from={batch.pk}"))
        assert '<option value="tech" selected>' in form
        assert "Hello</textarea>" in form

    def test_roles_and_notes_of_rows_are_kept(self, cast: Cast) -> None:
        batch = give(cast, "a@example.com,tech,Come", "b@example.com,Emperor")
        text = filled(cast, batch)
        assert text == "email,role,note\na@example.com,Tech,Come\nb@example.com,Emperor,"
        answer = cast.olivia.client.post(
            f"{NEW_BATCH}?from={batch.pk}", {"addresses": text.replace("Emperor", "Admin"), "role": "member"}
        )
        assert answer.status_code == 302
        found = InvitationBatch.objects.get()
        assert sorted(found.rows.values_list("email", "role", "note", "state")) == [
            ("a@example.com", "tech", "Come", "ready"),
            ("b@example.com", "admin", "", "ready"),
        ]

    def test_once_sent_it_is_what_was_not(self, cast: Cast) -> None:
        batch = confirm(give(cast, "a@example.com", "wrong"), cast.olivia)
        assert "Correct what was not sent" in main_words(cast.olivia.client.get(page_of(batch)))
        assert filled(cast, batch) == "wrong"

    def test_a_long_list_is_corrected_where_it_was_written(self, cast: Cast) -> None:
        batch = give(cast, "wrong", *(f"p{n}@example.com" for n in range(100)))
        assert filled(cast, batch) == ""
        said = main_words(cast.olivia.client.get(page_of(batch)))
        assert "Check another list" in said
        assert "Correct list" not in said

    def test_nobody_gets_the_list_of_somebody_else(self, cast: Cast) -> None:
        batch = give(cast, "a@example.com")
        assert filled(cast, batch, cast.adam) == ""
        assert cast.adam.client.get(f"{NEW_BATCH}?from=nonsense").status_code == 200
