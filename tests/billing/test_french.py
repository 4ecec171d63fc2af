"""French of billing: pages with a bit of everything on them, what forms answer, mails, an invoice, and the admin."""

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from billing.letters import low_funds, methods, payments, plans, refills
from billing.models import Account, Dispute, Payment, Plan, Refund, Subscription
from billing.pdf import draw
from organizations.models import Organization
from outbox.models import Mail
from tests.access.billing_walk import Place, visits
from tests.accounts.signing import prove
from tests.billing.invoicing import bill_march, pages_of, sell, write_details
from tests.billing.living import live, live_with_all
from tests.billing.making import account_of, make_method, make_payment
from tests.cast import Cast, Person, make_person
from tests.console.french import FRENCH, answered, english_in, english_on, said
from tests.reading import main_words

pytestmark = pytest.mark.django_db

BILLING = "/o/acme/billing/"
# Sent to every form, and wrong at each.
WRONG = {
    "amount": "much",
    "email": "nobody",
    "language": "zz",
    "low_below": "much",
    "purchase_order": "x" * 61,
    "refill_amount": "much",
    "refill_below": "much",
    "seen": "1",
    "seen_price": "1",
}
FILES = ("export", "pdf", "archive")


def french(person: Person) -> Client:
    """The browser of somebody who reads French, and has proven a moment ago who they are."""
    person.client.defaults["HTTP_ACCEPT_LANGUAGE"] = FRENCH["accept-language"]
    return prove(person.client)


def test_pages_of_who_has_a_bit_of_everything_and_what_forms_answer_are_french(cast: Cast) -> None:
    live_with_all(cast)
    Plan.objects.filter(key="team").update(yearly=200_00, projects=20)
    Plan.objects.create(key="big", name="Grande", monthly=99_00, audit_days=3, custom_roles=1)
    place, olivia = Place.of(cast.acme), french(cast.olivia)
    walked = [visit for visit in visits(place) if not any(part in visit.name for part in FILES)]
    pages = [visit.path for visit in walked if visit.method == "GET"]
    pages += [f"{BILLING}plan/change/?plan=big&interval=month", f"{BILLING}plan/change/?plan=team&interval=year"]
    pages += ["/o/acme/settings/audit-log/?what=billing", "/o/acme/settings/closing/"]
    assert [english for path in pages for english in english_on(olivia, path)] == []
    answers = [answered(olivia, "post", visit.path, WRONG) for visit in walked if visit.method == "POST"]
    assert [english for answer in answers for english in english_in(said(answer))] == []


def test_a_payment_in_each_state_is_french(cast: Cast) -> None:
    olivia = french(cast.olivia)
    made = [
        make_payment(cast.acme, 500, state=state, problem="The card was declined." if state == "failed" else "")
        for state in Payment.State.values
    ]
    assert [english for payment in made for english in english_on(olivia, f"{BILLING}payments/{payment.pk}/")] == []


def test_who_has_nothing_yet_and_who_owes_reads_french(cast: Cast) -> None:
    pages = ("", "funds/", "payments/", "methods/", "usage/", "invoices/", "plan/", "funds/refill/", "payments/new/")
    sam = french(cast.sam)
    assert [english for page in pages for english in english_on(sam, f"/o/personal/billing/{page}")] == []
    Account.objects.create(pk=cast.acme.pk, organization=cast.acme, currency="EUR", past_due_since=timezone.now())
    assert english_on(french(cast.bella), BILLING) == []


def test_mails_about_money_are_french(cast: Cast) -> None:
    """Of an organization, and of a personal account, which has no name to be said."""
    for person in (*cast.roles.values(), cast.sam):
        person.user.language = "fr"
        person.user.save()
    live(cast)
    plan, subscription = Plan.objects.get(key="team"), Subscription.objects.get()
    for organization in (cast.acme, cast.sam.user.personal_account):
        subscription.account = account_of(organization)
        write_of_plans(subscription, plan)
        write_of_payments(organization)
    found = Mail.objects.all()
    assert [english for mail in found for english in english_in(f"{mail.subject} · {mail.text} · {mail.html}")] == []
    subjects = {mail.subject for mail in found.filter(to=cast.sam.user.email)}
    assert "Votre compte personnel : de nouveau en service" in subjects
    assert not [subject for subject in subjects if "Compte personnel" in subject]


def write_of_plans(subscription: Subscription, plan: Plan) -> None:
    account, standard = subscription.account, Plan.objects.standard()
    plans.tell_trial_ends(account, subscription, 2000, is_covered=True)
    plans.tell_trial_ends(account, subscription, 2000, is_covered=False)
    plans.tell_year_ends(account, subscription, 2000)
    plans.tell_price(account, subscription, 1000, 2000)
    for reminder in range(3):
        plans.tell_past_due(account, 1500, reminder=reminder, until=timezone.now())
    plans.tell_suspended(account, 1500, 60)
    plans.tell_works_again(account)
    for why in ("cancelled", "trial", "unpaid"):
        plans.tell_ended(account, plan, standard, why)


def write_of_payments(organization: Organization) -> None:
    account = account_of(organization)
    account.low_below = 1000
    paid = make_payment(organization, 2500)
    failed = make_payment(organization, 2500, state="failed", problem="The card was declined.", purpose="refill")
    payments.send_receipt(paid)
    payments.tell_of_failure(failed)
    payments.tell_of_question(failed)
    payments.tell_of_refund(Refund(payment=paid, amount=500))
    for state in Dispute.State.values:
        payments.tell_of_dispute(Dispute(payment=paid, amount=500, state=state), paid)
    for is_over in (False, True):
        refills.tell_of_failure(failed, is_over=is_over)
    low_funds.tell_low(account)
    methods.tell_of_expiry(account, make_method(organization))


def test_an_invoice_in_french_says_what_the_law_asks(cast: Cast, settings: Settings) -> None:
    sell(settings)
    write_details(cast.acme, "BE", company="Acme SA", vat_number="BE0403019261")
    Account.objects.create(pk=cast.acme.pk, organization=cast.acme, currency="EUR", language="fr")
    told = " ".join(pages_of(draw(bill_march(cast.acme)))).replace("\u00a0", " ")
    said_there = " ".join(told.split())
    assert "Autoliquidation : TVA due par le preneur (articles 44 et 196 de la directive 2006/112/CE)." in said_there
    assert "Formule Team, mensuelle" in said_there
    assert "Réglée avec votre crédit." in said_there
    assert english_in(said_there) == []


def test_what_staff_see_of_money_is_french(cast: Cast) -> None:
    Account.objects.create(pk=cast.acme.pk, organization=cast.acme, currency="EUR", language="fr")
    live_with_all(cast)
    staff = make_person("stella.staff@example.com", is_staff=True, is_superuser=True)
    client, pages = french(staff), []
    for model in [model for model in admin.site._registry if model._meta.app_label == "billing"]:  # noqa: SLF001
        noun = f"/admin/billing/{model._meta.model_name}/"
        row = model._default_manager.first()
        pages += [noun, f"{noun}{row.pk}/change/"] if row else [noun]
        if model is Account:
            pages += [f"{noun}{row.pk}/credit/", f"{noun}{row.pk}/promotion/"]
    assert [english for path in pages for english in english_on(client, path)] == []
    assert "Donné par" in main_words(client.get("/admin/billing/promotion/"))
