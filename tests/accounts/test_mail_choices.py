"""Which mails about organizations one wants; those about security, and those with a link one needs, always come."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import choose_mails
from audit.actors import Actor, ActorKind
from audit.models import Event
from console.registry import registry
from organizations.actions import change_role
from tests.cast import Cast, Person
from tests.organizations.inviting import invite
from tests.reading import body, mails_to

pytestmark = pytest.mark.django_db


class TestWhichMailsCome:
    def choose(self, person: Person, *wanted: str) -> None:
        answer = person.client.post("/profile/preferences/mails/", dict.fromkeys(wanted, "on"))
        assert answer.headers["Location"] == "/profile/preferences/#mails"

    def test_all_come_to_who_has_never_chosen(self, cast: Cast) -> None:
        change_role(membership=cast.mia.membership(cast.acme), role="tech", by=cast.olivia.actor(cast.acme))
        assert len(mails_to(cast.mia.user.email, "role-changed")) == 1

    def test_what_is_switched_off_does_not_come_until_it_is_switched_on(self, cast: Cast) -> None:
        self.choose(cast.mia, "invitations", "join-requests", "join-answers")
        change_role(membership=cast.mia.membership(cast.acme), role="tech", by=cast.olivia.actor(cast.acme))
        assert mails_to(cast.mia.user.email, "role-changed") == []
        self.choose(cast.mia, "memberships")
        change_role(membership=cast.mia.membership(cast.acme), role="member", by=cast.olivia.actor(cast.acme))
        assert len(mails_to(cast.mia.user.email, "role-changed")) == 1

    def test_the_card_shows_what_was_chosen_and_what_always_comes(self, cast: Cast) -> None:
        self.choose(cast.mia, "memberships")
        page = cast.mia.client.get("/profile/preferences/")
        card = body(page).partition('id="mails"')[2].partition("</section>")[0]
        ticked = {
            key: "checked" in card.partition(f'name="{key}"')[2].partition(">")[0]
            for key in ("memberships", "invitations")
        }
        assert ticked == {"memberships": True, "invitations": False}
        assert (
            "Mails about your security, and those with a link that you need, such as invitations, always come." in card
        )

    def test_what_carries_a_link_that_one_needs_always_comes(self, cast: Cast) -> None:
        self.choose(cast.sam)
        invite(cast, "sam.stranger@example.com")
        assert len(mails_to("sam.stranger@example.com", "invitation")) == 1

    def test_no_kind_holds_a_notice_about_security(self) -> None:
        optional = {letter for kind in registry.mails for letter in kind.kinds}
        # "They are told by mail", says the page that closes an organization.
        assert optional.isdisjoint({"organization-closed", "organization-reopened"})
        assert optional.isdisjoint(
            {"invitation", "removed", "password-changed", "new-device", "second-factor-required"}
        )

    def test_choosing_is_recorded_once(self, cast: Cast) -> None:
        by = Actor(kind=ActorKind.USER, user=cast.mia.user)
        for _ in range(2):
            choose_mails(user=cast.mia.user, wanted=["memberships", "made-up"], by=by)
        (event,) = Event.objects.filter(action="account.mails_chosen")
        switched_off = set(event.after["switched_off"])
        assert switched_off > {"api-keys", "invitations", "join-answers", "join-requests", "tickets"}
        assert switched_off.isdisjoint({"memberships", "made-up"})

    def test_a_mail_costs_one_query_more_at_most(self, cast: Cast) -> None:
        with CaptureQueriesContext(connection) as captured:
            change_role(membership=cast.mia.membership(cast.acme), role="tech", by=cast.olivia.actor(cast.acme))
        assert sum("accounts_mailchoice" in query["sql"] for query in captured) == 1
