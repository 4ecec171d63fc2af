"""Who joins by a proven domain: those who say so, those who have an address there already, and those who never do."""

from datetime import timedelta
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from organizations.actions import (
    accept_invitation,
    approve_request,
    end_timed_memberships,
    invite_member,
    join_by_domain,
    let_in,
    remove_member,
    request_to_join,
    suspend_organization,
    sweep_letting_in,
)
from organizations.actions.domains import joining
from organizations.actors import Actor
from organizations.models import CustomRole, Domain, Membership, Organization, Removal
from organizations.tasks import let_in as let_in_task
from tests.accounts.addressing import add_verified
from tests.accounts.signing import prove
from tests.cast import Cast, Person, make_person
from tests.organizations.asking import ask, make_public, state, verified_domain
from tests.organizations.naming import join, page_of
from tests.reading import body, error_at, mails_to, main_words, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def domain(cast: Cast) -> Domain:
    """A domain that Acme has proven."""
    return verified_domain(cast.acme, "corp.example")


def colleague(name: str = "new.comer") -> Person:
    """Somebody with an address in it, who is nowhere."""
    return make_person(f"{name}@corp.example")


def role_in(organization: Organization, person: Person) -> str:
    """The person's role there; empty for who is no member."""
    return next(iter(organization.memberships.filter(user=person.user).values_list("role", flat=True)), "")


class TestSayingWhoJoins:
    def test_it_is_chosen_on_the_page_which_says_how_many_there_are(self, cast: Cast, domain: Domain) -> None:
        colleague("ann.one"), colleague("ben.two")
        make_person("not.proven@corp.example", verified=False)
        make_person("locked.out@corp.example", is_active=False)
        make_person("some.body@sub.corp.example")
        page = cast.adam.client.get(page_of(domain))
        assert "2 people with a verified address at corp.example are not members." in main_words(page)
        assert "ann" not in main_words(page).lower()
        assert "Saved." in words(join(cast.adam, domain, role="tech"))
        event = Event.objects.get(action="domain.joining_changed")
        assert event.before == {"joining": "off", "role": "member"}
        assert event.after == {"joining": "join", "role": "tech"}
        log = words(cast.adam.client.get("/o/acme/settings/audit-log/"))
        assert "What happens to people with an address at corp.example: they join as Tech" in log
        assert "People join as Tech" in main_words(cast.adam.client.get("/o/acme/settings/domains/"))

    def test_nobody_gives_more_than_they_have_and_never_the_founders_role(self, cast: Cast, domain: Domain) -> None:
        assert "may do no more than yours" in error_at(join(cast.adam, domain, role="owner"), "role")
        assert "A domain cannot make somebody Owner." in error_at(join(cast.olivia, domain, role="owner"), "role")
        assert 'value="owner"' not in body(cast.olivia.client.get(page_of(domain)))
        assert "There is no such role." in error_at(join(cast.adam, domain, role="made-up"), "role")
        assert join(cast.adam, domain, joining="made-up").status_code == 200
        domain.refresh_from_db()
        assert (domain.joining, domain.role, domain.let_in_after) == ("off", "member", None)

    def test_who_may_not_invite_only_switches_it_off(self, cast: Cast) -> None:
        role = CustomRole.objects.create(
            organization=cast.acme, name="Settings", permissions=frozenset({"view_organization", "edit_settings"})
        )
        cast.acme.memberships.filter(user=cast.mia.user).update(role="custom", custom_role=role)
        open_one = verified_domain(cast.acme, "corp.example", "join", role="tech")
        closed = verified_domain(cast.acme, "other.example")
        assert 'name="role"' not in body(cast.mia.client.get(page_of(open_one)))
        join(cast.mia, closed)
        join(cast.mia, closed, "suggest")
        join(cast.mia, open_one, "off", role="admin")
        assert sorted(Domain.objects.values_list("name", "joining", "role")) == [
            ("corp.example", "off", "tech"),
            ("other.example", "off", "member"),
        ]

    def test_two_who_change_it_at_once_hear_of_each_other(self, cast: Cast, domain: Domain) -> None:
        opened = cast.adam.client.get(page_of(domain))
        seen = unescape(body(opened).partition('name="seen" value="')[2].partition('"')[0])
        join(cast.olivia, domain, "suggest")
        late = cast.adam.client.post(f"{page_of(domain)}joining/", {"joining": "join", "role": "admin", "seen": seen})
        assert "Somebody has changed this since you opened the page" in words(late)
        domain.refresh_from_db()
        assert (domain.joining, domain.role) == ("suggest", "member")

    def test_a_suggestion_leads_to_a_request(self, cast: Cast, domain: Domain) -> None:
        join(cast.adam, domain, "suggest")
        ann = colleague()
        assert "Acme" in main_words(ann.client.get("/profile/organizations/"))
        approve_request(join_request=ask(ann), role="tech", by=cast.adam.actor(cast.acme))
        assert role_in(cast.acme, ann) == "tech"


class TestThoseWhoHaveAnAddressAlready:
    def test_become_members_in_batches(self, cast: Cast, domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(joining, "BATCH", 2)
        people = [colleague(f"person.{letter}") for letter in "abcde"]
        add_verified(prove(cast.mia.client), "mia@corp.example")
        join(cast.adam, domain, role="tech")
        assert sweep_letting_in() == 1
        let_in_task(str(domain.pk))
        assert [role_in(cast.acme, person) for person in people] == ["tech"] * 5
        assert role_in(cast.acme, cast.mia) == "member"
        assert "Acme takes in everybody with an address at corp.example" in mails_to("person.a@corp.example")[-1].text
        assert sweep_letting_in() == 0
        # Once: whoever leaves has left.
        Membership.objects.filter(user=people[0].user).delete()
        assert let_in(domain.pk) == 0

    def test_whom_something_is_in_the_way_of_are_passed_over(
        self, cast: Cast, domain: Domain, settings: object
    ) -> None:
        settings.CONSOLE_POLICY = "percona"  # type: ignore[attr-defined] # pytest-django's fixture
        elsewhere, free = colleague("else.where"), colleague("free.one")
        Membership.build(organization=cast.rival, user=elsewhere.user, role="technical").save()
        Domain.objects.update(joining="join", role="technical", let_in_after=0)
        assert let_in(domain.pk) == 1
        assert (role_in(cast.acme, elsewhere), role_in(cast.acme, free)) == ("", "technical")
        assert not Event.objects.filter(action="membership.joined", outcome="denied").exists()
        assert sweep_letting_in() == 0

    def test_a_suspension_holds_it_up(self, cast: Cast, domain: Domain) -> None:
        ann = colleague()
        Domain.objects.update(joining="join", let_in_after=0)
        suspend_organization(organization=cast.acme, reason="staff", by=Actor.system())
        assert (sweep_letting_in(), let_in(domain.pk)) == (0, 0)
        Organization.objects.filter(pk=cast.acme.pk).update(status="active", suspended_for="")
        assert sweep_letting_in() == 1
        let_in(domain.pk)
        assert role_in(cast.acme, ann) == "member"

    def test_switched_off_in_between_it_ends(self, cast: Cast, domain: Domain) -> None:
        ann = colleague()
        Domain.objects.update(joining="join", let_in_after=0)
        join(cast.adam, domain, "off")
        assert let_in(domain.pk) == 0
        assert role_in(cast.acme, ann) == ""


class TestWhoIsInvited:
    @pytest.fixture(autouse=True)
    def _joining(self, cast: Cast, domain: Domain) -> None:
        Domain.objects.update(joining="join")

    def test_accepts_by_it_and_gets_what_was_chosen_for_them(self, cast: Cast) -> None:
        invitation = invite_member(
            organization=cast.acme, email="sam@corp.example", role="tech", by=cast.adam.actor(cast.acme)
        )
        add_verified(prove(cast.sam.client), "sam@corp.example")
        membership = cast.sam.membership(cast.acme)
        assert (membership.role, membership.invited_by) == ("tech", cast.adam.user)
        invitation.refresh_from_db()
        assert invitation.state == "accepted"
        assert mails_to("adam.admin@example.com", "invitation-accepted")
        events = Event.objects.filter(action__in=["invitation.accepted", "invitation.revoked", "membership.joined"])
        assert sorted(events.values_list("action", flat=True)) == ["invitation.accepted", "membership.joined"]

    def test_to_the_founders_role_takes_it_by_hand(self, cast: Cast) -> None:
        invitation = invite_member(
            organization=cast.acme, email="sam@corp.example", role="owner", by=cast.olivia.actor(cast.acme)
        )
        add_verified(prove(cast.sam.client), "sam@corp.example")
        assert role_in(cast.acme, cast.sam) == ""
        invitation.refresh_from_db()
        assert invitation.state == "pending"
        assert accept_invitation(invitation=invitation, by=cast.sam.actor()).role == "owner"


class TestWhoWasRemoved:
    @pytest.fixture
    def removed(self, cast: Cast) -> Person:
        """Mia, whom Adam has removed."""
        remove_member(membership=cast.mia.membership(cast.acme), by=cast.adam.actor(cast.acme))
        verified_domain(cast.acme, "corp.example", "join", let_in_after=0)
        return cast.mia

    def test_is_let_in_by_no_domain(self, cast: Cast, removed: Person) -> None:
        add_verified(prove(removed.client), "mia@corp.example")
        assert role_in(cast.acme, removed) == ""
        denied = Event.objects.get(action="membership.joined", outcome="denied")
        assert (denied.organization_id, denied.after) == (cast.acme.pk, {"code": "removed"})
        assert let_in(Domain.objects.get().pk) == 0
        assert role_in(cast.acme, removed) == ""

    def test_nor_with_another_account_at_the_same_mailbox(self, cast: Cast, removed: Person) -> None:
        add_verified(prove(removed.client), "mia@corp.example")
        again, other = make_person("mia+2@corp.example"), make_person("mia.other@corp.example")
        let_in(Domain.objects.get().pk)
        assert (role_in(cast.acme, again), role_in(cast.acme, other)) == ("", "member")
        add_verified(prove(cast.sam.client), "mia+sam@corp.example")
        assert role_in(cast.acme, cast.sam) == ""

    def test_nor_after_the_day_that_others_chose(self, cast: Cast, domain: Domain) -> None:
        membership = cast.mia.membership(cast.acme)
        Membership.objects.filter(pk=membership.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
        end_timed_memberships()
        Domain.objects.update(joining="join")
        add_verified(prove(cast.mia.client), "mia@corp.example")
        assert role_in(cast.acme, cast.mia) == ""

    def test_comes_back_by_an_invitation_and_all_is_forgotten(self, cast: Cast, removed: Person) -> None:
        invitation = invite_member(
            organization=cast.acme, email="mia.member@example.com", role="tech", by=cast.adam.actor(cast.acme)
        )
        accept_invitation(invitation=invitation, by=removed.actor())
        assert not Removal.objects.exists()

    def test_may_ask_and_be_approved(self, cast: Cast, removed: Person) -> None:
        make_public(cast.acme)
        request = request_to_join(organization=cast.acme, note="", by=removed.actor())
        approve_request(join_request=request, role="member", by=cast.adam.actor(cast.acme))
        assert (state(request), Removal.objects.count()) == ("approved", 0)

    def test_who_left_is_let_in_again(self, cast: Cast, domain: Domain) -> None:
        mia = Client()
        mia.force_login(cast.mia.user)
        mia.post("/o/acme/leaving/")
        assert role_in(cast.acme, cast.mia) == ""
        assert not Removal.objects.exists()
        Domain.objects.update(joining="join")
        add_verified(prove(cast.mia.client), "mia@corp.example")
        assert role_in(cast.acme, cast.mia) == "member"


def test_a_locked_account_is_not_let_in(cast: Cast, domain: Domain) -> None:
    ann = colleague()
    User.objects.filter(pk=ann.user.pk).update(is_active=False)
    Domain.objects.update(joining="join", let_in_after=0)
    assert let_in(domain.pk) == 0
    assert EmailAddress.objects.filter(user=ann.user, verified=True).exists()


def test_who_has_given_the_address_up_meanwhile_is_not_let_in(cast: Cast, domain: Domain) -> None:
    ann, ben = colleague("ann.one"), colleague("ben.two")
    Domain.objects.update(joining="join")
    EmailAddress.objects.filter(user=ann.user).update(email="ann.one@example.net")
    User.objects.filter(pk=ben.user.pk).update(is_active=False)
    # As a worker does that read the list of people a moment ago.
    for person in (ann, ben):
        assert join_by_domain(domain=domain, user=person.user, by=Actor.system()) is None
        assert role_in(cast.acme, person) == ""
