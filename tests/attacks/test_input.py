"""Attack 34: line breaks, markup, template syntax and marks of direction in whatever people may type."""

import re
from email import message_from_bytes

import pytest

from organizations.models import Invitation, Membership, Organization
from outbox.models import Mail
from tests.cast import Cast, make_person
from tests.reading import body

pytestmark = pytest.mark.django_db

MARKUP = "<img src=x onerror=alert(1)>\"'&amp;"
TEMPLATE = "{{ 7919*6841 }}{% if %}${7919*6841}%(name)s%s%d"
# What it would have come to.
PRODUCT = "54173879"
BREAKS = "A\r\nBcc: evil@example.com\r\n\r\nB\u2028C\u0085D"
TURNED = "A\u202eexe.gpj\u2066B\u200fC\ufeffD"
NASTY = {"markup": MARKUP, "template": TEMPLATE, "breaks": BREAKS, "turned": TURNED}

# What turns the text after it, or hides in it.
MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def pages(cast: Cast, slug: str) -> dict[str, str]:
    """Every page on which the names, the note and the description stand."""
    olivia, sam = cast.olivia.client, cast.sam.client
    invitation = Invitation.objects.get()
    member = cast.mia.membership(Organization.objects.get(slug=slug))
    paths = [
        f"/o/{slug}/",
        f"/o/{slug}/members/",
        f"/o/{slug}/members/?q=mia",
        f"/o/{slug}/members/{member.pk}/role/",
        f"/o/{slug}/members/{member.pk}/removal/",
        f"/o/{slug}/members/invitations/",
        f"/o/{slug}/members/invitations/{invitation.pk}/",
        f"/o/{slug}/members/invitations/new/",
        f"/o/{slug}/leaving/",
        "/o/personal/",
        "/profile/organizations/",
        "/profile/preferences/",
        "/getting-started/",
    ]
    found = {path: body(olivia.get(path)) for path in paths}
    found["invited"] = body(sam.get(f"/invitations/{invitation.token('mailed')}/"))
    found["invitations of Sam"] = body(sam.get("/profile/organizations/"))
    found["forbidden"] = body(cast.mia.client.get(f"/o/{slug}/settings/"))
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    tables = ["organizations/organization", "organizations/membership", "organizations/invitation", "accounts/user"]
    for path in (*tables, "audit/event", "outbox/mail"):
        found[path] = body(staff.get(f"/admin/{path}/"))
    return found


@pytest.mark.parametrize("kind", NASTY)
def test_34_type_it_into_every_field(cast: Cast, kind: str) -> None:
    nasty = NASTY[kind]
    olivia = cast.olivia.client
    for person in (cast.olivia, cast.mia, cast.sam):
        response = person.client.post("/profile/preferences/", {"first_name": nasty[:40], "last_name": nasty[:40]})
        assert response.status_code == 302
    response = olivia.post("/organizations/new/", {"name": nasty})
    slug = response.headers["Location"].split("/")[2]
    response = olivia.post(f"/o/{slug}/settings/", {"name": nasty, "slug": slug, "description": nasty})
    assert response.status_code == 302
    organization = Organization.objects.get(slug=slug)
    Membership.build(organization=organization, user=cast.mia.user, role="member").save()
    response = olivia.post(
        f"/o/{slug}/members/invitations/new/",
        {"email": "sam.stranger@example.com", "role": "member", "note": nasty},
    )
    assert response.status_code == 302
    for name, page in pages(cast, slug).items():
        assert "<img src=x" not in page, name
        assert "onerror=alert(1)>" not in page.replace("onerror=alert(1)&gt;", ""), name
        # Text fields give back what was typed; there nothing follows that it could turn.
        shown = re.sub(r'(?s)<textarea.*?</textarea>|value="[^"]*"', "", page)
        assert not MARKS.search(shown), name
        assert PRODUCT not in page.replace(",", ""), name
    olivia.post(f"/o/{slug}/members/{cast.mia.membership(organization).pk}/role/", {"role": "tech"})
    cast.sam.client.post(f"/invitations/{Invitation.objects.get().token('mailed')}/acceptance/")
    olivia.post(f"/o/{slug}/members/{cast.mia.membership(organization).pk}/removal/")
    assert Mail.objects.count() == 4
    for mail in Mail.objects.all():
        assert "<img src=x" not in mail.html
        assert not re.search(r"[\r\n\u2028\u2029\u0085]", mail.subject)
        assert not MARKS.search(mail.subject + mail.text + mail.html)
        # A note keeps its lines, in the body; among the headers none of them is one.
        sent = message_from_bytes(mail.message().message().as_bytes())
        assert "Bcc" not in sent
        assert set(sent) == set(mail.message().message())
        assert mail.message().recipients() == [mail.to]
        assert PRODUCT not in mail.text + mail.html


@pytest.mark.parametrize(
    "email", ['"<b>x</b>"@example.com', "x+%00{{7*7}}@example.com", "%s@example.com", "o'neil&co@example.com"]
)
def test_34_invite_an_odd_address(cast: Cast, email: str) -> None:
    """Refused at the field, or inert wherever it stands."""
    olivia = cast.olivia.client
    response = olivia.post("/o/acme/members/invitations/new/", {"email": email, "role": "member"}, follow=True)
    assert response.status_code == 200
    for invitation in Invitation.objects.all():
        for path in ("/o/acme/members/invitations/", f"/o/acme/members/invitations/{invitation.pk}/"):
            page = body(olivia.get(path))
            assert "<b>x</b>" not in page
        client = cast.rita.client
        assert "<b>x</b>" not in body(client.get(f"/invitations/{invitation.token('mailed')}/"))
        assert invitation.mail.message().message()["To"].count("@") == 1


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "after=" + "A" * 9000, "sort=%00", "q=%E2%80%AE", "role[]=x"]
)
def test_34_type_it_into_the_address_bar(cast: Cast, query: str) -> None:
    for path in ("/o/acme/members/", "/o/acme/members/invitations/"):
        response = cast.olivia.client.get(f"{path}?{query}")
        assert response.status_code == 200, path
        assert "\u202e" not in re.sub(r'value="[^"]*"', "", body(response))
