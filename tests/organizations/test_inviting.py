"""Inviting through the page: what is stored and mailed, and which error stands at which field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from audit.models import Event
from organizations import policies
from organizations.models import Invitation
from outbox.models import Mail
from tests.cast import Cast, Person, make_person
from tests.organizations.inviting import NEW, again, copied_link, invite, mailed_link
from tests.reading import body, error_at, mails_to, main_words, words

pytestmark = pytest.mark.django_db

OWN = "This is your own address."
MALFORMED = "Enter an e-mail address such as name@example.com."


def test_an_invitation_is_stored_mailed_and_written_down(cast: Cast) -> None:
    response = cast.adam.client.post(
        NEW, {"email": " New.Face@Example.COM ", "role": "tech", "note": "Welcome\non board!"}, follow=True
    )
    assert response.redirect_chain == [("/o/acme/members/invitations/", 302)]
    assert "The invitation to new.face@example.com is queued; the mail leaves in a moment." in words(response)
    invitation = cast.acme.invitations.get()
    assert (invitation.email, invitation.role, invitation.status, invitation.invited_by) == (
        "new.face@example.com",
        "tech",
        "pending",
        cast.adam.user,
    )
    event = Event.objects.get(action="invitation.created")
    assert (event.organization_id, event.actor_id, event.target_id, event.after) == (
        cast.acme.pk,
        cast.adam.user.pk,
        invitation.pk,
        {"role": "tech"},
    )


def test_the_mail_says_who_invites_into_what_as_what_why_and_until_when(cast: Cast) -> None:
    invitation = invite(cast, "new.face@example.com", "tech", by=cast.adam, note="Welcome on board!")
    [mail] = mails_to("new.face@example.com")
    assert mail.subject == "Adam Admin invites you to Acme"
    assert (mail.kind, mail.organization_id) == ("invitation", cast.acme.pk)
    for part in (mail.text, mail.html):
        assert "Adam Admin invites you to join Acme as Tech." in part
        assert "Welcome on board!" in part
        assert "You get this mail because Adam Admin entered your address." in part
        assert "The link works until" in part
        assert mailed_link(invitation) in part


def test_a_note_keeps_its_lines_on_the_page_and_in_the_mail(cast: Cast) -> None:
    invitation = invite(cast, "new.face@example.com", note="Welcome on board!\r\n\r\nBring cake.")
    [mail] = mails_to("new.face@example.com")
    assert "\n“Welcome on board!\n\nBring cake.”\n" in mail.text
    assert "<p>“Welcome on board!</p>" in mail.html
    assert "<p>Bring cake.”</p>" in mail.html
    assert "<blockquote>Welcome on board!\n\nBring cake.</blockquote>" in body(Client().get(mailed_link(invitation)))
    page = body(cast.olivia.client.get(f"/o/acme/members/invitations/{invitation.pk}/"))
    assert '<dd class="lines">Welcome on board!\n\nBring cake.</dd>' in page


def test_the_mail_says_the_date_as_the_pages_do(cast: Cast) -> None:
    with time_machine.travel(datetime(2027, 1, 4, 9, tzinfo=UTC), tick=False):
        invitation = invite(cast, "new.face@example.com")
        [mail] = mails_to("new.face@example.com")
        assert "The link works until 11 Jan. 2027." in mail.text
        assert "Open until 11 Jan. 2027." in words(Client().get(mailed_link(invitation)))


def test_the_list_says_what_has_not_left_yet(cast: Cast) -> None:
    [mail] = Mail.objects.filter(pk__in=[invite(cast, "new.face@example.com").mail_id])
    Mail.objects.filter(pk=mail.pk).update(state="waiting", sent_at=None)
    assert "Not delivered yet" in words(cast.olivia.client.get("/o/acme/members/invitations/"))
    Mail.objects.filter(pk=mail.pk).update(state="sent", sent_at=timezone.now())
    assert "Not delivered yet" not in words(cast.olivia.client.get("/o/acme/members/invitations/"))


@pytest.mark.parametrize("days", [7, 3])
def test_pages_say_how_long_an_invitation_is_open(cast: Cast, days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = replace(policies.DEFAULT, invitation_lifetime=timedelta(days=days))
    monkeypatch.setattr(policies, "POLICIES", {"default": policy})
    assert f"a link that works for {days} days" in words(cast.olivia.client.get(NEW))
    invitation = invite(cast, "new.face@example.com")
    link = mailed_link(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now())
    assert f"Invitations are open for {days} days." in words(Client().get(link))


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("mia.member@example.com", "mia.member@example.com is a member already."),
        ("MIA.Member@Example.com", "mia.member@example.com is a member already."),
        ("open.offer@example.com", "open.offer@example.com is invited already."),
        ("Open.Offer@EXAMPLE.com", "open.offer@example.com is invited already."),
        ("adam.admin@example.com", OWN),
        ("Adam.Admin@example.com", OWN),
        ("adam.two@example.com", OWN),
        ("nobody", MALFORMED),
        ("a@b", MALFORMED),
        ("a b@example.com", MALFORMED),
        ("a@example.com, b@example.com", MALFORMED),
        ("a@example.com\r\nBcc: b@example.com", MALFORMED),
        ("<a@example.com>", MALFORMED),
        (f"{'a' * 310}@example.com", "Ensure this value has at most 320 characters (it has 322)."),
        ("", "This field is required."),
    ],
)
def test_what_cannot_be_invited_is_an_error_at_the_field_and_stores_nothing(cast: Cast, email: str, error: str) -> None:
    invite(cast, "open.offer@example.com")
    EmailAddress.objects.create(user=cast.adam.user, email="adam.two@example.com", verified=False)
    before = Invitation.objects.count(), Mail.objects.count()
    response = cast.adam.client.post(NEW, {"email": email, "role": "member"})
    assert response.status_code == 200
    assert error in error_at(response, "email")
    assert (Invitation.objects.count(), Mail.objects.count()) == before


@pytest.mark.parametrize(("who", "role"), [("adam", "owner"), ("adam", "emperor"), ("adam", "")])
def test_a_role_that_one_cannot_give_is_an_error_at_its_field(cast: Cast, who: str, role: str) -> None:
    person: Person = getattr(cast, who)
    response = person.client.post(NEW, {"email": "new.face@example.com", "role": role})
    assert error_at(response, "role")
    assert not Invitation.objects.exists()


def test_the_form_offers_only_roles_that_one_can_give(cast: Cast) -> None:
    page = main_words(cast.adam.client.get(NEW))
    assert "Owner" not in page
    assert "Owner" in main_words(cast.olivia.client.get(NEW))


def test_what_was_typed_stays_in_the_form(cast: Cast) -> None:
    response = cast.olivia.client.post(NEW, {"email": "not an address", "role": "tech", "note": "For the <lab>"})
    page = response.content.decode()
    assert 'value="not an address"' in page
    assert 'value="tech" selected' in page
    assert "For the &lt;lab&gt;" in page


def test_another_address_of_a_member_tells_nothing(cast: Cast) -> None:
    """Only the primary address of a member is known to colleagues; others stay their own business."""
    EmailAddress.objects.create(user=cast.mia.user, email="mia.private@example.com", verified=True)
    invitation = invite(cast, "mia.private@example.com")
    # She is told on the page that she is a member; nobody else is.
    assert "You are a member already." in words(cast.mia.client.get(mailed_link(invitation)))
    assert cast.mia.client.post(f"{mailed_link(invitation)}acceptance/").status_code == 409
    assert cast.mia.membership(cast.acme).role == "member"


def test_the_same_address_may_be_invited_by_two_organizations(cast: Cast) -> None:
    invite(cast, "new.face@example.com")
    response = cast.rita.client.post(
        "/o/rival/members/invitations/new/", {"email": "new.face@example.com", "role": "member"}
    )
    assert response.status_code == 302
    assert len(mails_to("new.face@example.com")) == 2


def test_known_and_unknown_addresses_are_invited_alike(cast: Cast) -> None:
    """Attack 9, inviting: whether an address has an account is not told."""
    known = cast.olivia.client.post(NEW, {"email": "sam.stranger@example.com", "role": "member"}, follow=True)
    unknown = cast.olivia.client.post(NEW, {"email": "non.existent@example.com", "role": "member"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert "The invitation to sam.stranger@example.com is queued; the mail leaves in a moment." in words(known)
    assert "The invitation to non.existent@example.com is queued; the mail leaves in a moment." in words(unknown)
    # Neither the list nor the invitation's own page shows a name for the known one.
    assert "Sam Stranger" not in words(known)
    detail = cast.olivia.client.get(f"/o/acme/members/invitations/{Invitation.objects.earliest('id').pk}/")
    assert "Sam Stranger" not in words(detail)


def test_the_inviter_hears_of_acceptance_and_refusal(cast: Cast) -> None:
    first = invite(cast, "sam.stranger@example.com", by=cast.adam)
    second = invite(cast, "rita.rival@example.com", by=cast.adam)
    cast.sam.client.post(f"{mailed_link(first)}acceptance/")
    cast.rita.client.post(f"{mailed_link(second)}declination/")
    accepted, declined = mails_to("adam.admin@example.com")
    assert accepted.subject == "Sam Stranger joined Acme"
    assert declined.subject == "rita.rival@example.com declined your invitation"
    for mail, sentence in (
        (accepted, "Sam Stranger accepted your invitation and is now Member in Acme."),
        (declined, "rita.rival@example.com does not want to join Acme."),
    ):
        for part in (mail.text, mail.html):
            assert sentence in part
            assert "You get this mail because you sent the invitation." in part


def test_the_copied_link_differs_from_the_mailed_one_and_both_open_the_page(cast: Cast) -> None:
    invitation = invite(cast, "sam.stranger@example.com")
    mailed, copied = mailed_link(invitation), copied_link(cast, invitation)
    assert mailed != copied
    for link in (mailed, copied):
        assert "Join Acme" in words(cast.sam.client.get(link))


def test_the_link_of_a_closed_case_cannot_be_copied(cast: Cast) -> None:
    invitation = invite(cast, "sam.stranger@example.com")
    cast.olivia.client.post(f"/o/acme/members/invitations/{invitation.pk}/revocation/")
    page = cast.olivia.client.get(f"/o/acme/members/invitations/{invitation.pk}/").content.decode()
    assert "/invitations/ey" not in page
    assert "Copy link" not in page


def test_the_mailed_link_is_shown_to_nobody_but_the_addressee(cast: Cast) -> None:
    invitation = invite(cast, "sam.stranger@example.com")
    token = mailed_link(invitation).split("/")[2]
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    pages = [
        cast.olivia.client.get("/o/acme/members/invitations/"),
        cast.olivia.client.get(f"/o/acme/members/invitations/{invitation.pk}/"),
        staff.get(f"/admin/organizations/invitation/{invitation.pk}/change/"),
        staff.get("/admin/organizations/invitation/"),
        staff.get("/admin/outbox/mail/"),
        staff.get(f"/admin/outbox/mail/{again(invitation).mail_id}/change/"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert token not in page.content.decode()
