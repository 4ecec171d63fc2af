"""Invitations answered, sent and counted twice at the same instant."""

from itertools import count

import pytest

from audit.models import Event
from organizations.models import Allowance, Invitation, Membership
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.organizations.inviting import NEW, again, invite, mailed_link
from tests.races.together import browser, statuses, together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROUNDS = 5
ROUNDS_WITHOUT_LOCK = 40

numbers = count(1)


def accept_twice(cast: Cast) -> tuple[list[int], int]:
    """One invitation, accepted in two browsers at once: the answers, and how many memberships came of it."""
    guest = make_person(f"guest.{next(numbers)}@example.com")
    link = f"{mailed_link(invite(cast, guest.user.email))}acceptance/"
    one, other = browser(guest), browser(guest)
    answers = together(lambda: one.post(link), lambda: other.post(link))
    return statuses(answers), Membership.objects.filter(organization=cast.acme, user=guest.user).count()


def test_one_invitation_accepted_twice_makes_one_member_and_one_refusal(cast: Cast) -> None:
    for _ in range(ROUNDS):
        answers, memberships = accept_twice(cast)
        # Refused by the action (409) or, a moment later, by the page of an accepted invitation (410).
        assert answers in ([302, 409], [302, 410])
        assert memberships == 1
    assert Event.objects.filter(action="invitation.accepted", outcome="done").count() == ROUNDS


def accept_and_revoke(cast: Cast) -> tuple[str, bool]:
    """One invitation, accepted by the guest and revoked by Olivia at once: its state, and whether it made a member."""
    guest = make_person(f"guest.{next(numbers)}@example.com")
    invitation = invite(cast, guest.user.email)
    link, theirs, ours = mailed_link(invitation), browser(guest), browser(cast.olivia)
    revocation = f"/o/acme/members/invitations/{invitation.pk}/revocation/"
    together(lambda: theirs.post(f"{link}acceptance/"), lambda: ours.post(revocation))
    return again(invitation).state, Membership.objects.filter(organization=cast.acme, user=guest.user).exists()


def test_accepted_and_revoked_at_once_is_one_or_the_other(cast: Cast) -> None:
    for _ in range(ROUNDS):
        state, is_member = accept_and_revoke(cast)
        assert state == ("accepted" if is_member else "revoked")


@pytest.mark.long
@pytest.mark.usefixtures("without_lock")
def test_without_the_lock_somebody_joins_by_a_revoked_invitation(cast: Cast) -> None:
    """The proof that the test above can fail. One accepted twice is kept to one member by the rows themselves."""
    outcomes = (accept_and_revoke(cast) for _ in range(ROUNDS_WITHOUT_LOCK))
    assert any(is_member and state == "revoked" for state, is_member in outcomes)


def test_accepted_and_declined_at_once_is_one_or_the_other(cast: Cast) -> None:
    for _ in range(ROUNDS):
        guest = make_person(f"guest.{next(numbers)}@example.com")
        invitation = invite(cast, guest.user.email)
        link, one, other = mailed_link(invitation), browser(guest), browser(guest)
        answers = together(lambda: one.post(f"{link}acceptance/"), lambda: other.post(f"{link}declination/"))  # noqa: B023 -- run in this round
        is_member = Membership.objects.filter(organization=cast.acme, user=guest.user).exists()
        assert again(invitation).state == ("accepted" if is_member else "declined")
        assert statuses(answers)[0] == 302
        assert statuses(answers)[1] in (409, 410)


def test_the_same_address_invited_twice_is_invited_once(cast: Cast) -> None:
    for _ in range(ROUNDS):
        data = {"email": f"guest.{next(numbers)}@example.com", "role": "member"}
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(lambda: one.post(NEW, data), lambda: other.post(NEW, data))  # noqa: B023 -- run in this round
        assert statuses(answers) == [200, 302]
        assert Invitation.objects.filter(email=data["email"]).count() == 1
        assert Mail.objects.filter(to=data["email"]).count() == 1


def test_the_last_of_the_days_allowance_is_sent_once(cast: Cast) -> None:
    allowance = Allowance.objects.create(organization=cast.acme, name="invitations_per_day", amount=0)
    for number in range(1, ROUNDS + 1):
        Allowance.objects.filter(pk=allowance.pk).update(amount=number)
        one, other = browser(cast.olivia), browser(cast.adam)
        answers = together(
            lambda: one.post(NEW, {"email": f"left.{next(numbers)}@example.com", "role": "member"}),  # noqa: B023 -- run in this round
            lambda: other.post(NEW, {"email": f"right.{next(numbers)}@example.com", "role": "member"}),  # noqa: B023 -- run in this round
        )
        assert statuses(answers) == [200, 302]
        assert Mail.objects.filter(kind="invitation", organization_id=cast.acme.pk).count() == number


def test_resent_twice_at_once_there_is_one_newest_link(cast: Cast) -> None:
    guest = make_person("guest@example.com")
    invitation = invite(cast, guest.user.email)
    sending = f"/o/acme/members/invitations/{invitation.pk}/sending/"
    one, other = browser(cast.olivia), browser(cast.adam)
    together(lambda: one.post(sending), lambda: other.post(sending))
    assert again(invitation).nonce == 3
    assert guest.client.post(f"{mailed_link(invitation)}acceptance/").status_code == 302


def test_whoever_is_removed_while_inviting_invites_nobody_or_did_so_before(cast: Cast) -> None:
    """The actor is looked at again once the lock is held."""
    for _ in range(ROUNDS):
        admin = make_person(f"admin.{next(numbers)}@example.com")
        membership = Membership.build(organization=cast.acme, user=admin.user, role="admin")
        membership.save()
        email = f"guest.{next(numbers)}@example.com"
        theirs, ours = browser(admin), browser(cast.olivia)
        removal = f"/o/acme/members/{membership.pk}/removal/"
        together(lambda: theirs.post(NEW, {"email": email, "role": "admin"}), lambda: ours.post(removal))  # noqa: B023 -- run in this round
        removed = Event.objects.get(action="membership.removed", target_id=membership.pk)
        invited = Invitation.objects.filter(email=email).first()
        if invited:
            assert Event.objects.get(action="invitation.created", target_id=invited.pk).pk < removed.pk
