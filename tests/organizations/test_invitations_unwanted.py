"""An invited address that wants no mail, one that cannot be reached, and one that has not answered for three days."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from accounts import signals
from accounts.models import Notification
from console.refusal import Refused
from organizations import actions
from organizations.models import Invitation
from outbox.bounces import Kind, Report, take_in
from outbox.models import Mail, Suppression
from outbox.suppression import choice_address, suppress
from tests.cast import Cast, Person, make_person, make_team
from tests.organizations.inviting import NEW, again, copied_link, invite, mailed_link
from tests.reading import body, links, mails_to, main_words, posts, words

pytestmark = pytest.mark.django_db

SAM = "sam.stranger@example.com"
KIND = Suppression.Kind.INVITATIONS
LIST = "/o/acme/members/invitations/"


def awaited(person: Person) -> int:
    """How many invitations the person's bell tells of."""
    return Notification.objects.awaiting().filter(user=person.user, kind="invitation").count()


# Never mail me again


def test_every_invitation_offers_to_be_the_last(cast: Cast) -> None:
    invite(cast, SAM)
    [mail] = mails_to(SAM)
    assert "Never mail me an invitation again" in mail.text
    page = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert "List-Unsubscribe=One-Click" in mail.headers["List-Unsubscribe-Post"]
    assert Client().post(page).status_code == 200
    invite_again = cast.rita.client.post("/o/rival/members/invitations/new/", {"email": SAM, "role": "member"})
    assert invite_again.status_code == 302
    assert len(mails_to(SAM)) == 1


def test_who_invites_is_told_and_passes_the_link_on(cast: Cast) -> None:
    suppress(SAM, KIND)
    response = cast.olivia.client.post(NEW, {"email": SAM, "role": "tech"}, follow=True)
    said = main_words(response)
    assert f"{SAM} wants no invitations by mail, so none was sent." in said
    assert "Not mailed" in said
    assert mails_to(SAM) == []
    invitation = cast.acme.invitations.get()
    assert "Not mailed" in words(cast.olivia.client.get(LIST))
    link = copied_link(cast, invitation)
    assert cast.sam.client.post(f"{link}acceptance/").status_code == 302
    assert cast.sam.membership(cast.acme).role == "tech"


def test_sending_again_does_not_mail_either_until_it_is_taken_back(cast: Cast) -> None:
    suppress(SAM, KIND)
    invitation = invite(cast, SAM)
    sending = f"{LIST}{invitation.pk}/sending/"
    assert "wants no invitations by mail" in words(cast.olivia.client.post(sending, follow=True))
    assert mails_to(SAM) == []
    Client().post(f"{choice_address(SAM)}consent/")
    assert "is queued again" in words(cast.olivia.client.post(sending, follow=True))
    assert len(mails_to(SAM)) == 1


def test_mail_about_ones_own_account_still_comes(cast: Cast) -> None:
    suppress(SAM, KIND)
    Client().post("/accounts/password/reset/", {"email": SAM})
    assert [mail.kind for mail in mails_to(SAM)] == ["password-reset"]


# Bounces


def test_a_mail_that_comes_back_is_shown_with_what_to_do(cast: Cast) -> None:
    invitation = invite(cast, "mistyped@example.com")
    mail = again(invitation).mail
    assert mail is not None
    mail.mark_sent()
    take_in(Report(kind=Kind.HARD, message_id=mail.headers["Message-ID"]))
    assert again(invitation).state == "bounced"
    page = cast.olivia.client.get(f"{LIST}{invitation.pk}/")
    assert "The mail to mistyped@example.com came back" in words(page)
    assert f"{LIST}{invitation.pk}/sending/" in posts(page)
    assert f"{LIST}{invitation.pk}/revocation/" in links(page)


def test_a_late_report_about_a_former_sending_changes_nothing(cast: Cast) -> None:
    invitation = invite(cast, SAM)
    former = again(invitation).mail
    assert former is not None
    cast.olivia.client.post(f"{LIST}{invitation.pk}/sending/")
    take_in(Report(kind=Kind.HARD, message_id=str(former.pk)))
    assert again(invitation).state == "pending"


# Reminders


def reminders() -> list[Mail]:
    return mails_to(SAM, "invitation-reminder")


def test_after_three_days_one_is_reminded_once(clock: time_machine.Traveller, invitation: Invitation) -> None:
    clock.shift(timedelta(days=3) - timedelta(seconds=1))
    assert actions.remind_invited() == 0
    clock.shift(timedelta(seconds=1))
    assert actions.remind_invited() == 1
    assert actions.remind_invited() == 0
    [mail] = reminders()
    assert mail.subject == "Reminder: Adam Admin invites you to Acme"
    assert f"/invitations/{invitation.token('mailed')}/" in mail.text
    assert "The link works until 8 March 2027." in mail.text
    assert "List-Unsubscribe" in mail.headers


def test_the_link_of_the_reminder_works_and_so_does_the_first(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation
) -> None:
    first = mailed_link(invitation)
    clock.shift(timedelta(days=3))
    actions.remind_invited()
    assert "Join Acme" in words(cast.sam.client.get(first))
    assert cast.sam.client.post(f"{mailed_link(invitation)}acceptance/").status_code == 302
    assert "This invitation was accepted" in words(cast.sam.client.get(first))


@pytest.mark.parametrize("answer", ["acceptance", "declination"])
def test_who_has_answered_is_not_reminded(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation, answer: str
) -> None:
    cast.sam.client.post(f"{mailed_link(invitation)}{answer}/")
    clock.shift(timedelta(days=4))
    assert actions.remind_invited() == 0


def test_a_reminder_that_waits_is_withdrawn_with_the_answer(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation
) -> None:
    clock.shift(timedelta(days=3))
    actions.remind_invited()
    cast.olivia.client.post(f"{LIST}{invitation.pk}/revocation/")
    assert reminders()[0].state == "withdrawn"


def test_sent_again_one_is_reminded_again(cast: Cast, clock: time_machine.Traveller, invitation: Invitation) -> None:
    clock.shift(timedelta(days=3))
    actions.remind_invited()
    cast.olivia.client.post(f"{LIST}{invitation.pk}/sending/")
    clock.shift(timedelta(days=3))
    actions.remind_invited()
    assert len(reminders()) == 2


def test_an_organization_switches_them_off_and_on(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation
) -> None:
    switch = f"{LIST}reminders/"
    page = cast.olivia.client.get(LIST)
    assert "Whoever has not answered after 3 days is reminded by mail, once." in words(page)
    assert switch in posts(page)
    assert "Nobody is reminded" in words(cast.olivia.client.post(switch, {"reminds": "no"}, follow=True))
    clock.shift(timedelta(days=4))
    assert actions.remind_invited() == 0
    cast.olivia.client.post(switch, {"reminds": "yes"})
    assert actions.remind_invited() == 1


def test_who_wants_no_mail_or_has_had_many_is_not_reminded(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation
) -> None:
    other = invite(cast, "other@example.com")
    suppress(SAM, KIND)
    clock.shift(timedelta(days=3))
    Mail.objects.bulk_create(Mail(to="other@example.com", kind="invitation") for _ in range(10))
    assert actions.remind_invited() == 0
    assert again(other).reminded_at is not None


def test_reminders_count_for_the_address_and_not_for_the_organization(
    cast: Cast, clock: time_machine.Traveller, invitation: Invitation
) -> None:
    Mail.objects.bulk_create(Mail(to=SAM, kind="invitation-reminder") for _ in range(10))
    response = cast.rita.client.post("/o/rival/members/invitations/new/", {"email": SAM, "role": "member"})
    assert "has been sent many invitations today" in words(response)


# Who invites and manages nothing


def test_who_only_invites_sees_and_takes_back_what_they_sent(settings: Settings, db: None) -> None:
    """Text 003: a Technical user invites."""
    settings.CONSOLE_POLICY = "percona"
    anna, tom = make_person("anna.admin@example.com"), make_person("tom.technical@example.com")
    acme = make_team("Acme", anna, {"technical": tom})
    cast_new = "/o/acme/members/invitations/new/"
    anna.client.post(cast_new, {"email": "annas@example.com", "role": "technical"})
    mine = tom.client.post(cast_new, {"email": "toms@example.com", "role": "technical"}, follow=True)
    assert mine.status_code == 200
    assert "toms@example.com" in main_words(mine)
    assert "annas@example.com" not in main_words(mine)
    assert LIST in links(tom.client.get("/o/acme/members/"))
    annas, toms = acme.invitations.get(email="annas@example.com"), acme.invitations.get(email="toms@example.com")
    for noun in ("", "sending/", "revocation/"):
        path = f"{LIST}{annas.pk}/{noun}"
        assert (tom.client.post(path) if noun else tom.client.get(path)).status_code == 404
    assert tom.client.get(f"{LIST}{toms.pk}/").status_code == 200
    assert "is queued again" in words(tom.client.post(f"{LIST}{toms.pk}/sending/", follow=True))
    assert "is revoked" in words(tom.client.post(f"{LIST}{toms.pk}/revocation/", follow=True))
    assert {again(annas).state, again(toms).state} == {"pending", "revoked"}
    # Nor by the actions themselves.
    for action in (actions.resend_invitation, actions.revoke_invitation):
        with pytest.raises(Refused):
            action(invitation=annas, by=tom.actor(acme))


def test_where_members_may_invite_each_sees_their_own(cast: Cast) -> None:
    type(cast.acme).objects.filter(pk=cast.acme.pk).update(members_may_invite=True)
    invite(cast, "olivias@example.com")
    invite(cast, "mias@example.com", by=cast.mia)
    page = main_words(cast.mia.client.get(LIST))
    assert "mias@example.com" in page
    assert "olivias@example.com" not in page
    assert "reminded" not in page


# The bell


def test_who_has_the_address_finds_it_behind_the_bell_until_it_is_settled(cast: Cast) -> None:
    first = invite(cast, SAM)
    assert awaited(cast.sam) == 1
    cast.olivia.client.post(f"{LIST}{first.pk}/revocation/")
    assert awaited(cast.sam) == 0
    second = invite(cast, SAM)
    cast.sam.client.post(f"{mailed_link(second)}declination/")
    assert awaited(cast.sam) == 0


def test_who_only_claims_the_address_finds_nothing_until_it_is_verified(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.rita.user, email="new.face@example.com", verified=False)
    invite(cast, "new.face@example.com")
    assert awaited(cast.rita) == 0
    EmailAddress.objects.filter(email="new.face@example.com").update(verified=True)
    signals.address_verified.send(sender=type(cast.rita.user), user=cast.rita.user, email="new.face@example.com")
    assert awaited(cast.rita) == 1


def test_a_member_is_told_nothing_of_an_invitation_to_another_address_of_theirs(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.mia.user, email="mia.private@example.com", verified=True)
    invite(cast, "mia.private@example.com")
    assert awaited(cast.mia) == 0


def test_no_page_shows_the_link_that_proves_an_address(cast: Cast) -> None:
    suppress(SAM, KIND)
    invitation = invite(cast, SAM)
    assert invitation.token("mailed") not in body(cast.olivia.client.get(f"{LIST}{invitation.pk}/"))
