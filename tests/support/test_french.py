"""French of support: every page, what forms answer, each mail, what staff see, and what an import says."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from organizations.models import Membership
from outbox.models import Mail
from support.letters import directory, entitlements, staff, tickets
from support.models import Message, Product, SupportLevel, Via
from tests.access.test_apps_walk import SUPPORT
from tests.accounts.signing import prove
from tests.cast import Cast, make_person
from tests.console.french import answered, english_in, english_on, said, untold
from tests.support.making import make_customer, make_customer_person, make_entitlement, make_ticket

pytestmark = pytest.mark.django_db

# Sent to every form, and wrong at each.
WRONG = {"body": "", "email": "nobody", "name": "", "phone": "12", "priority": "queen", "product": "queen", "title": ""}
# What is called the same in each language, and what people call things.
ALIKE = re.compile(
    r"(1 ticket|API|Console|Contacts?|Cookies|English|Français|Infrastructure|Messages|Notifications|Services|Tickets?)"
    r"( · |$)"
    r"|(Acme|Carla Contact|Example Industries|It does not start|It says|Olivia|Premium|Somebody|Standard|Support for)"
    r"|(#1|databases|\d nodes|log\.txt|text/plain)|E-\d+|\S+@example\.com"
)
STAFF = (
    "contact",
    "customer",
    "customerperson",
    "directoryimport",
    "entitlement",
    "inboundmail",
    "product",
    "savedanswer",
    "supportlevel",
    "ticket",
)


@pytest.mark.long  # each page twice, in both languages
def test_pages_and_what_forms_answer_are_french(cast: Cast) -> None:
    olivia, visits = prove(cast.olivia.client), list(SUPPORT.visits("acme", SUPPORT.furnish(cast.acme)))
    files = {"attachment", "entitlements_export", "tickets_export"}
    pages = [visit.path for visit in visits if visit.method == "GET" and visit.name not in files]
    pages += [f"/o/acme/support/{noun}/?q=nothing" for noun in ("contacts", "entitlements", "tickets")]
    pages += ["/o/personal/support/", "/o/personal/support/entitlements/", "/help/", "/help/tickets/new/"]
    told = {path: untold(olivia, "get", path) for path in pages}
    assert {path: english for path, (english, _alike) in told.items() if english} == {}
    alike = {text for _english, both in told.values() for text in both}
    assert sorted(text for text in alike if not ALIKE.match(text)) == []
    answers = {visit.path: answered(olivia, "post", visit.path, WRONG) for visit in visits if visit.method == "POST"}
    assert {path: english for path, answer in answers.items() if (english := english_in(said(answer)))} == {}


def test_mails_are_french(cast: Cast) -> None:
    reader = make_person("reader@example.com", language="fr").user
    helper = make_person("stella.staff@example.com", language="fr", is_staff=True, is_superuser=True).user
    Membership.build(organization=cast.acme, user=reader, role="member").save()
    ticket = make_ticket(cast.acme, raised_by=reader, answer_due_at=timezone.now())
    written = ticket.messages.get()
    answer = Message.objects.create(ticket=ticket, author=helper, is_staff=True, via=Via.STAFF, body="Voyez le journal")
    for message in (written, answer):
        tickets.tell_of_message(message)
    tickets.tell_of_solution(ticket)
    tickets.tell_of_refusal(ticket, reader, lambda: "")
    staff.tell_written(ticket, helper, written)
    for tell in (staff.tell_of_assignment, staff.tell_of_due, staff.tell_of_late):
        tell(ticket, helper)
    today = timezone.now().date()
    ending = [make_entitlement(cast.acme, ends_on=today + timedelta(days=days)) for days in (-1, 7)]
    for some in (ending[:1], ending[1:], ending):
        entitlements.send_ending(reader, cast.acme, some, today)
    directory.send_recreated(reader, cast.acme)
    directory.send_joined(reader.memberships.get(organization=cast.acme))
    directory.send_reminder(make_customer_person(make_customer(), reader.email), cast.acme, cast.olivia.user)
    mails = Mail.objects.filter(to__in=[reader.email, helper.email])
    assert mails.count() >= 13
    found = {mail.kind: english_in(f"{mail.subject} · {mail.text} · {mail.html}") for mail in mails}
    assert {kind: english for kind, english in found.items() if english} == {}
    solved = mails.get(kind="ticket-solved").text.replace("\u00a0", " ").replace("\u2019", "'")
    assert "Nous pensons que votre ticket #1 « It does not start » (Acme) est résolu." in solved


@pytest.mark.long
def test_what_staff_see_is_french(cast: Cast) -> None:
    objects = SUPPORT.furnish(cast.acme)
    client = make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client
    pages = [f"/admin/support/{noun}/" for noun in STAFF] + ["/admin/support/directoryimport/new/"]
    pages += [f"/admin/support/{noun}/{objects[noun]['pk']}/change/" for noun in ("contact", "entitlement", "ticket")]
    pages += [f"/admin/support/{noun}/add/" for noun in ("contact", "entitlement", "product", "savedanswer")]
    rows = [SupportLevel.objects.latest("pk"), Product.objects.first()]
    pages += [f"/admin/support/{row._meta.model_name}/{row.pk}/change/" for row in rows if row]
    assert [english for page in pages for english in english_on(client, page)] == []
