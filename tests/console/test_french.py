"""French: no page and no mail says in English what the catalogue says in French."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format

from console.views import server_error
from organizations.models import Invitation
from outbox.models import Mail
from tests.access.walk import furnish, ids_of, visits
from tests.cast import Cast, make_person
from tests.console.french import FRENCH, PLACEHOLDER, english_in, english_on, pairs, said
from tests.organizations.inviting import invite, mailed_link
from tests.reading import body, mails_to

pytestmark = pytest.mark.django_db

SIGNED_OUT = [
    "/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/made-up/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/made-up/",
    "/accounts/inactive/",
    "/invitations/made-up/",
    "/nowhere/",
]
SIGNED_IN = [
    "/getting-started/",
    "/organizations/new/",
    "/profile/preferences/",
    "/profile/organizations/",
    "/accounts/logout/",
    "/profile/security/password/",
    "/profile/security/mfa/",
    "/o/personal/",
    "/o/personal/settings/",
    "/o/acme/members/?q=nobody",
    "/o/acme/members/invitations/?q=nobody",
    "/o/nowhere/",
]
STAFF = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/audit/chain/",
    "/admin/audit/checkpoint/",
    "/admin/audit/event/",
    "/admin/organizations/apikey/",
    "/admin/organizations/appointment/",
    "/admin/organizations/auditstream/",
    "/admin/organizations/closing/",
    "/admin/organizations/domain/",
    "/admin/organizations/invitation/",
    "/admin/organizations/joinrequest/",
    "/admin/organizations/membership/",
    "/admin/organizations/organization/",
    "/admin/organizations/transfer/",
    "/admin/outbox/mail/",
]


def test_an_english_page_is_told_from_a_french_one(cast: Cast) -> None:
    """The walks below would notice."""
    page = said(cast.olivia.client.get("/o/acme/members/"))
    assert {"Search members", "Switch organization, now in"} <= set(english_in(page))


def test_pages_of_somebody_who_is_signed_out_are_french(client: Client) -> None:
    assert [english for path in SIGNED_OUT for english in english_on(client, path)] == []


def test_pages_of_somebody_who_is_signed_in_are_french(cast: Cast) -> None:
    assert [english for path in SIGNED_IN for english in english_on(cast.olivia.client, path)] == []


def test_every_page_of_an_organization_is_french(cast: Cast) -> None:
    """To Mia, who gets the pages that refuse; Olivia's are in tests/organizations/test_french.py, with their forms."""
    furnish(cast.acme, cast.olivia, cast.sam)
    invite(cast, "new.comer@example.com", note="Bienvenue.")
    addresses = [visit.path for visit in visits("acme", ids_of(cast.acme)) if visit.method == "GET"]
    assert [english for path in addresses for english in english_on_page(cast.mia.client, path)] == []


def english_on_page(client: Client, path: str) -> list[str]:
    answer = client.get(path, headers=FRENCH, follow=True)
    if answer.streaming:
        # A file stays open until it was read.
        answer.getvalue()
        return []
    if answer.status_code == 405:
        return []
    assert '<html lang="fr"' in body(answer), path
    return [f"{path}: {text}" for text in english_in(said(answer))]


@pytest.mark.parametrize("state", Invitation.State)
def test_the_page_behind_an_invitation_is_french(cast: Cast, state: Invitation.State) -> None:
    invitation = invite(cast, "new.comer@example.com")
    link = mailed_link(invitation)
    ago = timezone.now() - timedelta(days=8)
    expiry = {"expires_at": ago} if state == Invitation.State.EXPIRED else {}
    decided = None if state == Invitation.State.PENDING else timezone.now()
    Invitation.objects.filter(pk=invitation.pk).update(state=state, decided_at=decided, **expiry)
    for client in (Client(), cast.sam.client, make_person("new.comer@example.com").client):
        assert english_on(client, link) == []


def test_what_staff_see_is_french(cast: Cast) -> None:
    invite(cast, "new.comer@example.com")
    stella = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    # A mail that is there already is in the language of whoever caused it.
    Mail.objects.update(subject="Bonjour")
    assert [english for path in STAFF for english in english_on(stella.client, path)] == []


@pytest.mark.parametrize("email", ["", "nobody", "mia.member@example.com", "olivia.owner@example.com"])
def test_what_is_wrong_with_a_form_is_said_in_french(cast: Cast, email: str) -> None:
    for path, data in (
        ("/o/acme/members/invitations/new/", {"email": email, "role": "queen"}),
        ("/accounts/signup/", {"email": email, "password1": "abc", "password2": "abcd"}),
        ("/accounts/login/", {"login": email, "password": "wrong"}),
    ):
        client = cast.olivia.client if path.startswith("/o/") else Client()
        response = client.post(path, data, headers=FRENCH)
        assert response.status_code == 200, path
        assert english_in(said(response)) == [], path
        assert "Enter a valid" not in said(response)


def test_the_page_of_a_fault_is_french() -> None:
    with translation.override("fr"):
        page = server_error(RequestFactory().get("/"))
    assert '<html lang="fr"' in body(page)
    assert english_in(said(page)) == []


def test_every_mail_that_is_sent_in_french_is_french(cast: Cast) -> None:
    cause_every_mail(cast)
    # Those of answered invitations are withdrawn before they leave.
    mails = list(Mail.objects.exclude(state="withdrawn"))
    assert {mail.kind for mail in mails} == {
        "verification",
        "account-exists",
        "password-reset",
        "unknown-account",
        "invitation",
        "invitation-accepted",
        "invitation-declined",
        "invitation-renewal",
        "role-changed",
        "removed",
    }
    for mail in mails:
        assert english_in(f"{mail.subject} · {mail.text} · {mail.html}") == [], mail.kind
        assert '<html lang="fr"' in mail.html
    invitation = mails_to("late.comer@example.com", "invitation")[0]
    assert invitation.subject == "Olivia Owner vous invite à rejoindre Acme"
    assert "«\u00a0Bienvenue à bord\u00a0»" in invitation.text
    assert "Le lien est valable " in invitation.text


def cause_every_mail(cast: Cast) -> None:
    for person in (cast.olivia, cast.sam, cast.rita):
        person.client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    for person, answer in ((cast.sam, "acceptance"), (cast.rita, "declination")):
        link = mailed_link(invite(cast, person.user.email, note="Bienvenue à bord"))
        assert person.client.post(f"{link}{answer}/").status_code == 302
    late = invite(cast, "late.comer@example.com", note="Bienvenue à bord")
    link = mailed_link(late)
    Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(days=1))
    assert Client(headers=FRENCH).post(f"{link}renewal/").status_code == 302
    sam = cast.sam.membership(cast.acme)
    assert cast.olivia.client.post(f"/o/acme/members/{sam.pk}/role/", {"role": "tech"}).status_code == 302
    assert cast.olivia.client.post(f"/o/acme/members/{sam.pk}/removal/").status_code == 302
    for email in ("new.comer@example.com", "mia.member@example.com"):
        password = "correct horse battery staple"
        sign_up = {"email": email, "password1": password, "password2": password}
        assert Client(headers=FRENCH).post("/accounts/signup/", sign_up).status_code == 302
    for email in ("mia.member@example.com", "unknown@example.com"):
        response = Client(headers=FRENCH).post("/accounts/password/reset/", {"email": email})
        assert response.status_code == 302


def test_dates_of_the_admin_are_french() -> None:
    """A text of ours that is spelled as a month is must not take its place ("May")."""
    with translation.override("fr"):
        months = [date_format(date(2027, month, 1), "F") for month in range(1, 13)]
    assert " ".join(months) == ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")


def test_a_translation_keeps_what_is_filled_in() -> None:
    for english, french in pairs():
        assert sorted(PLACEHOLDER.findall(french)) == sorted(PLACEHOLDER.findall(english)), english


def test_no_line_begins_with_a_sign_that_french_sets_off() -> None:
    """Before these and inside guillemets stands a space, and no line breaks there."""
    broken = re.compile(r"[^\u00a0][;?!»]|[^\u00a0]:(?!//)|«[^\u00a0]|'|\.\.\.")
    # What is typed as it stands is written as programs write it: a header, a time, an IPv6 network.
    header = r"\b([A-Z][a-z]+(-[A-Z][a-z]+)+|Authorization): (?=\w)"
    typed = re.compile(header + r"|(T|\b)\d{1,2}:\d\d:\d\d|\b[0-9a-f]+:[0-9a-f:]+/")
    assert [french for _english, french in pairs() if broken.search(typed.sub("", french))] == []


def test_a_label_that_a_sentence_names_is_called_there_what_it_is_called_on_its_button() -> None:
    called = dict(pairs())
    # A label begins with a capital letter; a name of the API does not, and is the same in every language.
    named = [
        (label, french)
        for english, french in pairs()
        for label in re.findall("“([A-Z][^”%]*)”", english)
        if called.get(label, "")
    ]
    assert len(named) > 10
    assert [label for label, french in named if f"«\u00a0{called[label]}\u00a0»" not in french] == []
