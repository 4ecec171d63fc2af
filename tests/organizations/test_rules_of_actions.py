"""What the actions hold by themselves, whoever calls them: no form stands before an API or a command."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.actors import ActorKind
from console.refusal import Refused
from organizations import actions
from organizations.actors import Actor
from organizations.models import Invitation, Organization
from outbox.models import Mail
from tests.cast import Cast, make_team

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "slug", "field"),
    [("x" * 81, "", "name"), (" \u202e ", "", "name"), ("Acme", "Foo Bar/", "slug"), ("Acme", "x" * 41, "slug")],
)
def test_an_organization_needs_a_name_and_address_that_can_be_read(
    cast: Cast, name: str, slug: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_organization(name=name, slug=slug, by=cast.sam.actor())
    assert refused.value.field == field


@pytest.mark.parametrize("slug", ["Foo Bar/", "-a", "a-", "a--b", "É", "personal", ""])
def test_the_database_holds_the_form_of_an_address(cast: Cast, slug: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.create(name="Acme", slug=slug)


def test_nobody_leaves_for_somebody_else(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        actions.leave_organization(membership=cast.adam.membership(cast.acme), by=cast.mia.actor(cast.acme))
    assert refused.value.code == "not-own"
    assert cast.adam.membership(cast.acme).role == "admin"


def test_somebody_from_elsewhere_does_nothing_here(cast: Cast) -> None:
    rita = cast.rita.actor(cast.rival)
    mia = cast.mia.membership(cast.acme)
    for act in (
        lambda: actions.invite_member(organization=cast.acme, email="x@example.com", role="member", by=rita),
        lambda: actions.change_role(membership=mia, role="tech", by=rita),
        lambda: actions.remove_member(membership=mia, by=rita),
        lambda: actions.edit_organization(organization=cast.acme, name="Rita's", slug="acme", description="", by=rita),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "permission"


def test_an_invitation_is_not_offered_to_who_is_a_member_by_another_address(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.mia.user, email="mia@home.example.com", verified=True)
    actions.invite_member(
        organization=cast.acme, email="mia@home.example.com", role="member", by=cast.olivia.actor(cast.acme)
    )
    assert not Invitation.objects.for_user(cast.mia.user).exists()


def test_signing_in_does_not_look_at_the_persons_memberships(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    user = User.objects.get(pk=cast.mia.user.pk)
    with django_assert_num_queries(3):  # type: ignore[operator] # a savepoint, the update, and its release
        user.save(update_fields=["last_login"])


def test_a_personal_account_takes_no_name(cast: Cast) -> None:
    account = Organization.objects.get(person=cast.sam.user)
    sam = Actor(kind=ActorKind.USER, user=cast.sam.user, membership=cast.sam.membership(account))
    with pytest.raises(Refused) as refused:
        actions.edit_organization(organization=account, name="Sam", slug="personal", description="", by=sam)
    assert refused.value.code == "personal"


def test_a_mail_whose_link_is_dead_by_now_never_leaves(cast: Cast) -> None:
    """Mail waits while the server is down; what was sent again or revoked meanwhile must not follow."""
    olivia = cast.olivia.actor(cast.acme)
    invitation = actions.invite_member(organization=cast.acme, email="x@example.com", role="member", by=olivia)
    again = actions.resend_invitation(invitation=invitation, by=olivia)
    assert [mail.state for mail in Mail.objects.order_by("id")] == ["withdrawn", "waiting"]
    actions.revoke_invitation(invitation=again, by=olivia)
    assert [(mail.state, mail.text) for mail in Mail.objects.order_by("id")] == [("withdrawn", ""), ("withdrawn", "")]


def test_one_address_bears_ten_invitations_a_day_from_everybody_together(cast: Cast) -> None:
    for number in range(10):
        team = make_team(f"Team {number}", cast.rita if number % 2 else cast.sam)
        by = (cast.rita if number % 2 else cast.sam).actor(team)
        actions.invite_member(organization=team, email="vera@example.com", role="member", by=by)
    with pytest.raises(Refused) as refused:
        actions.invite_member(
            organization=cast.acme, email="vera@example.com", role="member", by=cast.olivia.actor(cast.acme)
        )
    assert (refused.value.code, refused.value.field) == ("address-allowance", "email")


def test_one_person_makes_ten_organizations_a_day(cast: Cast) -> None:
    for number in range(10):
        make_team(f"Team {number}", cast.sam)
    with pytest.raises(Refused) as refused:
        make_team("One more", cast.sam)
    assert refused.value.code == "allowance"
    assert make_team("Another's", cast.mia).slug == "anothers"


@pytest.mark.parametrize("name", ["\u200b\u200c\u2060", "\u3164", "\u00ad", "\u115f", "\u2800", "\u034f"])
def test_a_name_that_nobody_can_see_is_none(cast: Cast, name: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.create_organization(name=name, by=cast.sam.actor())
    assert refused.value.field == "name"


def test_a_search_of_very_many_words_asks_for_the_first_ten(cast: Cast) -> None:
    found = cast.acme.memberships.matching("a " * 2000)
    assert str(found.query).count("LIKE") == 10
