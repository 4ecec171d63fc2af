"""Many invitations at once: which rows can be sent and why not, the yes before anything is sent, and the sending."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from organizations import actions
from organizations.actions.invitations import batch_sending
from organizations.models import Allowance, BatchRow, Invitation, InvitationBatch, Membership
from outbox.models import Mail, Suppression
from outbox.suppression import suppress
from tests.accounts.factors import proof_on
from tests.accounts.signing import PASSWORD
from tests.cast import Cast
from tests.organizations.batching import NEW_BATCH, again, confirm, csv_file, give, page_of
from tests.organizations.inviting import invite
from tests.reading import body, error_at, links, mails_to, main_words, posts, words, words_at

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def may_send(cast: Cast, amount: int) -> None:
    """Acme may send so many invitations a day."""
    Allowance.objects.update_or_create(organization=cast.acme, name="invitations_per_day", defaults={"amount": amount})


def problems(batch: InvitationBatch) -> dict[int, str]:
    return dict(batch.rows.exclude(problem="").values_list("number", "problem"))


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
    assert "waits for your yes" in words(index)
    assert page_of(batch) in links(index)
    answer = cast.olivia.client.post(f"{page_of(batch)}stop/", follow=True)
    assert "The list is put away. Nothing was sent." in words(answer)
    assert "waits for your yes" not in words(answer)
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


def test_beyond_the_allowance_the_rest_waits_says_until_when_and_goes_on_by_itself(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    may_send(cast, 2)
    batch = confirm(give(cast, *(f"p{n}@example.com" for n in range(5))), cast.olivia)
    assert (batch.state, Invitation.objects.count()) == ("sending", 2)
    page = cast.olivia.client.get(page_of(batch))
    assert "The rest goes on by itself, at the earliest on 2 March 2027" in words(page)
    assert "2 of 5 handled" in words(page)
    assert "every 2s" not in body(page)
    clock.shift(timedelta(hours=23))
    actions.sweep_batches()
    assert Invitation.objects.count() == 2
    clock.shift(timedelta(hours=1))
    actions.sweep_batches()
    assert Invitation.objects.count() == 4
    clock.shift(timedelta(days=1))
    actions.sweep_batches()
    assert (again(batch).state, Invitation.objects.count()) == ("done", 5)


def test_an_allowance_that_staff_raise_is_seen_within_the_hour(cast: Cast, clock: time_machine.Traveller) -> None:
    may_send(cast, 0)
    batch = confirm(give(cast, "a@example.com"), cast.olivia)
    may_send(cast, 5)
    clock.shift(timedelta(hours=1))
    actions.sweep_batches()
    assert again(batch).state == "done"


def waiting(cast: Cast) -> InvitationBatch:
    """A list of Adam's of which one of two is sent; the other waits for the allowance."""
    may_send(cast, 1)
    batch = confirm(give(cast, "a@example.com", "b@example.com,admin", by=cast.adam), cast.adam)
    may_send(cast, 10)
    return batch


@pytest.mark.parametrize(
    ("happening", "reason"),
    [
        (lambda cast: cast.adam.membership(cast.acme).delete(), "Whoever gave this list is no longer a member."),
        (
            lambda cast: Membership.objects.filter(user=cast.adam.user, organization=cast.acme).update(role="member"),
            "Whoever gave this list may no longer invite.",
        ),
        (lambda cast: cast.adam.user.delete(), "Whoever gave this list is no longer a member."),
    ],
)
def test_who_is_removed_or_demoted_meanwhile_invites_nobody_more(
    cast: Cast, clock: time_machine.Traveller, happening: Callable[[Cast], object], reason: str
) -> None:
    batch = waiting(cast)
    happening(cast)
    clock.shift(timedelta(hours=1))
    actions.sweep_batches()
    assert [i.email for i in Invitation.objects.all()] in (["a@example.com"], [])
    assert again(batch).state == "stopped"
    said = words(cast.olivia.client.get(page_of(batch)))
    assert reason in said
    assert "Stopped: 1 invitation was sent, the rest was not." in said


def test_what_was_stopped_stays_stopped(cast: Cast, clock: time_machine.Traveller) -> None:
    batch = waiting(cast)
    answer = cast.olivia.client.post(f"{page_of(batch)}stop/", follow=True)
    assert "The rest of this list is not sent." in words(answer)
    clock.shift(timedelta(hours=2))
    actions.sweep_batches()
    actions.send_batch(batch.pk)
    assert Invitation.objects.count() == 1
    assert "was sent or stopped already" in words(cast.olivia.client.post(f"{page_of(batch)}stop/", follow=True))


def test_what_changed_since_the_check_is_found_when_a_row_is_sent(cast: Cast) -> None:
    batch = give(cast, "a@example.com", "b@example.com")
    invite(cast, "a@example.com")
    batch = confirm(batch, cast.olivia)
    assert (batch.state, problems(batch)) == ("done", {1: "already-invited"})
    assert "1 a@example.com Invited already." in main_words(cast.olivia.client.get(page_of(batch)))


def test_a_worker_that_is_killed_half_way_is_gone_on_for_and_nobody_is_invited_twice(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = give(cast, *(f"p{n}@example.com" for n in range(4)))
    real, done = actions.invite_member, []

    class Killed(BaseException):
        """What no handler catches."""

    def invite_and_die(**arguments: Any) -> Invitation:
        invitation = real(**arguments)
        done.append(invitation.email)
        if len(done) == 3:
            raise Killed
        return invitation

    monkeypatch.setattr(batch_sending, "invite_member", invite_and_die)
    with pytest.raises(Killed):
        confirm(batch, cast.olivia)
    # Of the third row there is nothing: it, its invitation and its mail are one transaction.
    assert again(batch).counts["invited"] == Invitation.objects.count() == Mail.objects.count() == 2
    actions.sweep_batches()
    assert Invitation.objects.count() == 2, "The claim still holds."
    clock.shift(timedelta(seconds=30))
    actions.sweep_batches()
    assert again(batch).state == "done"
    assert sorted(i.email for i in Invitation.objects.all()) == [f"p{n}@example.com" for n in range(4)]
    assert Mail.objects.count() == 4


def test_a_worker_that_lost_its_claim_sends_nothing_more(cast: Cast, clock: time_machine.Traveller) -> None:
    batch = give(cast, "a@example.com")
    InvitationBatch.objects.update(state="sending")
    slow = InvitationBatch.objects.claim(batch.pk)
    assert slow is not None
    clock.shift(timedelta(minutes=1))
    assert InvitationBatch.objects.claim(batch.pk) is not None
    assert not slow.keep_claim()


def test_what_fails_again_and_again_is_stopped_and_says_so(
    cast: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("a@example.com")

    monkeypatch.setattr(batch_sending, "invite_member", fail)
    batch = confirm(give(cast, "a@example.com"), cast.olivia)
    for _ in range(12):
        clock.shift(timedelta(hours=1))
        actions.sweep_batches()
    assert (again(batch).state, again(batch).reason) == ("stopped", "failed")


def test_lists_are_forgotten_after_30_days_but_not_while_they_wait(cast: Cast, clock: time_machine.Traveller) -> None:
    confirm(give(cast, "a@example.com"), cast.olivia)
    may_send(cast, 0)
    waits = confirm(give(cast, "b@example.com"), cast.olivia)
    clock.shift(timedelta(days=31))
    actions.prune_batches()
    assert list(InvitationBatch.objects.all()) == [waits]
    assert BatchRow.objects.count() == 1


def test_the_page_asks_for_itself_while_it_is_being_sent_and_then_no_more(cast: Cast) -> None:
    batch = give(cast, "a@example.com")
    InvitationBatch.objects.update(state="sending")
    fragment = cast.olivia.client.get(page_of(batch), headers={"HX-Target": "batch"})
    assert "every 2s" in body(fragment)
    assert "<html" not in body(fragment)
    actions.send_batch(batch.pk)
    fragment = cast.olivia.client.get(page_of(batch), headers={"HX-Target": "batch"})
    assert "every 2s" not in body(fragment)
    assert "Done: 1 invitation is on its way." in words_at(fragment, "role", "status")


def test_what_people_write_into_a_list_is_inert(cast: Cast) -> None:
    batch = give(
        cast, "email,role", "<script>alert(1)</script>,<b>x</b>", "{{ 7*7 }}@x,{{ 7*7 }}", "ok@example.com", "=1+1,=1"
    )
    page = body(cast.olivia.client.get(page_of(batch)))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>x</b>" not in page
    assert "{{ 7*7 }}@x" in page
