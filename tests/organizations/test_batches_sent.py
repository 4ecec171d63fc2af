"""A list of invitations is sent: within the allowance, by who may still invite, and to the end, whatever happens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from organizations import actions
from organizations.actions.invitations import batch_sending
from organizations.models import BatchRow, Invitation, InvitationBatch, Membership
from outbox.models import Mail
from tests.cast import Cast
from tests.organizations.batching import again, confirm, give, may_send, page_of, problems
from tests.organizations.inviting import invite
from tests.reading import body, main_words, words, words_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("worker_here")]


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
    answer = cast.olivia.client.post(f"{page_of(batch)}cancellation/", follow=True)
    assert "The rest of this list is not sent." in words(answer)
    clock.shift(timedelta(hours=2))
    actions.sweep_batches()
    actions.send_batch(batch.pk)
    assert Invitation.objects.count() == 1
    assert "was sent or stopped already" in words(
        cast.olivia.client.post(f"{page_of(batch)}cancellation/", follow=True)
    )


def test_what_changed_since_the_check_is_found_when_a_row_is_sent(cast: Cast) -> None:
    batch = give(cast, "a@example.com", "b@example.com")
    invite(cast, "a@example.com")
    batch = confirm(batch, cast.olivia)
    assert (batch.state, problems(batch)) == ("done", {1: "already-invited"})
    assert "1 a@example.com Invited already." in main_words(cast.olivia.client.get(page_of(batch)))


@pytest.mark.embedded
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
    [slow] = InvitationBatch.objects.claim(1)
    clock.shift(timedelta(minutes=1))
    assert InvitationBatch.objects.claim(1) == [batch]
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
