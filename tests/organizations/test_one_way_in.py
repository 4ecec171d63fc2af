"""One way in (decision 17): whoever is in by one way is expected by no other, and what stops it stops every way."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.utils import timezone

from console.refusal import Refused
from organizations.actions import approve_request, remind_invited, suspend_organization
from organizations.actors import Actor
from organizations.models import Membership
from tests.accounts.addressing import add_verified
from tests.cast import Cast, Person
from tests.organizations.asking import ask, make_public, send, state, verified_domain
from tests.organizations.inviting import again, invite, mailed_link
from tests.reading import mails_to, main_words, words

pytestmark = pytest.mark.django_db


def is_in(person: Person, cast: Cast) -> bool:
    return Membership.objects.filter(organization=cast.acme, user=person.user).exists()


def reminded_of_day_three() -> int:
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        return remind_invited()


class TestOthersEnd:
    """Acme has invited somebody twice, at two of their addresses."""

    def test_with_an_acceptance(self, cast: Cast) -> None:
        EmailAddress.objects.create(user=cast.sam.user, email="sam@work.example", verified=True)
        taken, other = invite(cast, cast.sam.user.email), invite(cast, "sam@work.example", "admin")
        cast.sam.client.post(f"{mailed_link(taken)}acceptance/")
        assert is_in(cast.sam, cast)
        assert [again(taken).state, again(other).state] == ["accepted", "revoked"]
        assert "sam@work.example pending" not in words(cast.olivia.client.get("/o/acme/members/invitations/"))
        assert reminded_of_day_three() == 0
        assert mails_to("sam@work.example", "invitation-reminder") == []

    def test_with_a_proven_address_in_a_domain_of_acme(self, cast: Cast) -> None:
        verified_domain(cast.acme, "acme.example", "join")
        other, taken = invite(cast, cast.sam.user.email), invite(cast, "sam@acme.example", "admin")
        add_verified(cast.sam.client, "sam@acme.example")
        # What was chosen for this person counts more than what the domain says.
        assert cast.sam.membership(cast.acme).role == "admin"
        assert [again(taken).state, again(other).state] == ["accepted", "revoked"]
        assert "Nothing awaits you" in words(cast.sam.client.get("/notifications/"))
        assert reminded_of_day_three() == 0

    def test_but_not_with_a_refused_acceptance(self, cast: Cast) -> None:
        EmailAddress.objects.create(user=cast.sam.user, email="sam@work.example", verified=True)
        first, other = invite(cast, cast.sam.user.email), invite(cast, "sam@work.example", "admin")
        link = mailed_link(first)
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        cast.sam.client.post(f"{link}acceptance/")
        assert [again(first).state, again(other).state] == ["pending", "pending"]


class TestStoppedByStaff:
    """PRODUCT: *Reason `staff` also stops inviting*; so nobody comes in, whichever way."""

    SENTENCE = "Acme takes no new members at the moment."

    @pytest.fixture(autouse=True)
    def public(self, cast: Cast) -> None:
        make_public(cast.acme)

    def suspend(self, cast: Cast) -> None:
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())

    def test_by_an_invitation(self, cast: Cast) -> None:
        link = mailed_link(invite(cast, cast.sam.user.email))
        self.suspend(cast)
        assert self.SENTENCE in words(cast.sam.client.post(f"{link}acceptance/", follow=True))
        assert not is_in(cast.sam, cast)

    def test_by_a_request(self, cast: Cast) -> None:
        cast.sam.client.get("/profile/organizations/")
        self.suspend(cast)
        assert self.SENTENCE in main_words(send(cast.sam))

    def test_by_an_approval_that_staff_give(self, cast: Cast) -> None:
        request = ask(cast.sam)
        self.suspend(cast)
        with pytest.raises(Refused, match=self.SENTENCE):
            approve_request(join_request=request, role="member", by=Actor.system())
        assert state(request) == "pending"

    def test_by_a_domain(self, cast: Cast) -> None:
        verified_domain(cast.acme, "acme.example", "join")
        self.suspend(cast)
        add_verified(cast.sam.client, "sam@acme.example")
        assert not is_in(cast.sam, cast)

    def test_and_nobody_is_reminded(self, cast: Cast) -> None:
        invite(cast, cast.sam.user.email)
        self.suspend(cast)
        assert reminded_of_day_three() == 0
        assert mails_to(cast.sam.user.email, "invitation-reminder") == []

    def test_what_is_past_due_stops_nobody(self, cast: Cast) -> None:
        link = mailed_link(invite(cast, cast.sam.user.email))
        suspend_organization(organization=cast.acme, reason="past_due", by=Actor.system())
        cast.sam.client.post(f"{link}acceptance/")
        assert is_in(cast.sam, cast)
