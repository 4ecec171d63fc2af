"""What the state machine (test_state_machine.py) found, each told as a story."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import close_account
from accounts.models import Notification, User
from console.refusal import Refused
from organizations import actions
from organizations.models import Invitation, Membership, Organization
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.asking import verified_domain
from tests.organizations.inviting import again, invite, mailed_link
from tests.organizations.owning import close, reopening
from tests.reading import words

pytestmark = pytest.mark.django_db

HOME = "sam@home.example.com"


def awaiting(person: Person) -> list[str]:
    """What awaits the person behind the bell."""
    return list(Notification.objects.awaiting().filter(user=person.user).values_list("kind", flat=True))


def invited_twice(cast: Cast) -> tuple[Invitation, Invitation]:
    """Sam is invited by both of his addresses: nobody but he knows that they are one person's."""
    EmailAddress.objects.create(user=cast.sam.user, email=HOME, verified=True)
    both = invite(cast, cast.sam.user.email), invite(cast, HOME)
    assert awaiting(cast.sam) == ["invitation", "invitation"]
    return both


class TestInvitedByTwoAddresses:
    """Who is in by one invitation is not invited by the other any more: nothing could be done with it."""

    def test_accepting_one_ends_the_other(self, cast: Cast) -> None:
        one, other = invited_twice(cast)
        assert cast.sam.client.post(f"{mailed_link(one)}acceptance/").status_code == 302
        assert (again(one).state, again(other).state) == ("accepted", "revoked")
        assert awaiting(cast.sam) == []
        assert "invites you to join Acme" not in words(cast.sam.client.get("/notifications/"))

    def test_so_does_joining_by_a_proven_domain(self, cast: Cast) -> None:
        both = invited_twice(cast)
        domain = verified_domain(cast.acme, "home.example.com", joining="join")
        actions.join_by_domain(domain=domain, user=cast.sam.user, by=cast.sam.actor())
        # The one to the address in the domain is accepted by it (docs/decisions/0043).
        assert [again(invitation).state for invitation in both] == ["revoked", "accepted"]
        assert awaiting(cast.sam) == []

    def test_a_refused_acceptance_leaves_both_open(self, cast: Cast) -> None:
        one, other = invited_twice(cast)
        Membership.build(organization=cast.acme, user=cast.sam.user, role="member").save()
        assert cast.sam.client.post(f"{mailed_link(one)}acceptance/").status_code == 409
        assert (again(one).state, again(other).state) == ("pending", "pending")


def test_a_membership_whose_time_is_over_takes_no_room_from_who_opens_theirs_again(settings: Settings) -> None:
    """The clock has ended it, whether or not the worker has taken it away (text 003: one for each account)."""
    settings.CONSOLE_POLICY = "percona"
    flora, rita = make_person("flora.founder@example.com"), make_person("rita.rival@example.com")
    own, rival = make_team("Own", flora), make_team("Rival", rita)
    close(own, flora)
    ends_at = timezone.now() + timedelta(days=1)
    Membership.build(organization=rival, user=flora.user, role="technical", ends_at=ends_at).save()
    with time_machine.travel(ends_at + timedelta(minutes=1), tick=False):
        fresh = Person(User.objects.get(pk=flora.user.pk))
        assert fresh.client.post(reopening(own)).status_code == 302
    assert Organization.objects.get(pk=own.pk).status == "active"
    assert Membership.objects.filter(organization=own, user=flora.user).exists()


def test_an_account_that_ended_in_another_tab_founds_nothing(cast: Cast) -> None:
    by = cast.sam.actor()
    user = User.objects.get(pk=cast.sam.user.pk)
    close_account(user=user, by=by)
    with pytest.raises(Refused) as refused:
        actions.create_organization(name="Vega", by=by)
    assert refused.value.code == "gone"
    assert not Organization.objects.filter(name="Vega").exists()
