"""Whom invoices are made out to, and who gets them; open in any state of the organization."""

import pytest
from django.core import mail
from django.urls import reverse
from pytest_django import Settings

from billing.models import Account, Recipient
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from outbox.models import Mail
from tests.billing.invoicing import bill_march, sell, write_details
from tests.billing.making import account_of, make_recipient
from tests.cast import Cast
from tests.reading import error_at, mails_to, main_words


@pytest.fixture(autouse=True)
def french_seller(settings: Settings) -> None:
    sell(settings)


def page(organization: Organization, name: str = "details", *more: object) -> str:
    """The address of the page, or of what it posts to."""
    return reverse(f"billing:{name}", args=[organization.slug, *more])


def test_details_are_shown_as_they_stand_with_the_way_to_edit_them(cast: Cast) -> None:
    assert "invoices bear the name of the organization alone" in main_words(cast.bella.client.get(page(cast.acme)))
    write_details(cast.acme, "FR", company="Acme Robotics SARL", vat_number="FR83404833048")
    answer = cast.bella.client.get(page(cast.acme))
    assert "Acme Robotics SARLFrance VAT number FR83404833048" in main_words(answer)
    assert reverse("organizations:settings_details", args=["acme"]) in answer.content.decode()


@pytest.mark.parametrize("reason", ["", "unfunded", "past_due", "staff"])
def test_purchase_order_language_and_recipients_are_edited_in_any_state(cast: Cast, reason: str) -> None:
    if reason:
        suspend_organization(organization=cast.acme, reason=reason, by=Actor.system())
    answer = cast.bella.client.post(page(cast.acme), {"purchase_order": " PO\n77 ", "language": "fr"})
    assert answer.status_code == 302
    account = account_of(cast.acme)
    assert (account.purchase_order, account.language) == ("PO 77", "fr")
    assert cast.bella.client.post(page(cast.acme, "recipient_new"), {"email": " Books@Example.com "}).status_code == 302
    recipient = Recipient.objects.get()
    assert recipient.email == "books@example.com"
    cast.bella.client.post(page(cast.acme, "recipient_removal", recipient.pk))
    assert not Recipient.objects.exists()


def test_what_is_wrong_is_said_at_its_field(cast: Cast) -> None:
    make_recipient(cast.acme)
    for email, wrong in [
        ("books", "Type an e-mail address"),
        ("b\u043eoks@example.com", "Type an e-mail address"),
        ("BOOKS@example.com", "Invoices are sent to this address already."),
    ]:
        assert wrong in error_at(cast.bella.client.post(page(cast.acme, "recipient_new"), {"email": email}), "email")
    for number in range(19):
        make_recipient(cast.acme, f"books{number}@example.com")
    answer = cast.bella.client.post(page(cast.acme, "recipient_new"), {"email": "one@example.com"})
    assert "There are 20 addresses already" in error_at(answer, "email")
    answer = cast.bella.client.post(page(cast.acme), {"purchase_order": "x" * 61, "language": "de"})
    assert "at most 60" in error_at(answer, "purchase_order")
    assert error_at(answer, "language")
    assert not Account.objects.exclude(purchase_order="").exists()


def test_a_second_editor_is_told_what_the_first_changed(cast: Cast) -> None:
    first = cast.bella.client.get(page(cast.acme)).content.decode()
    seen = first.partition('name="seen" value="')[2].partition('"')[0].replace("&quot;", '"').replace("&#34;", '"')
    cast.olivia.client.post(page(cast.acme), {"purchase_order": "PO-1", "language": ""})
    answer = cast.bella.client.post(page(cast.acme), {"purchase_order": "PO-2", "language": "", "seen": seen})
    assert "It is “PO-1” by now." in error_at(answer, "purchase_order")
    assert account_of(cast.acme).purchase_order == "PO-1"


def test_a_recipient_of_another_organization_stays(cast: Cast) -> None:
    theirs = make_recipient(cast.rival)
    assert cast.bella.client.post(page(cast.acme, "recipient_removal", theirs.pk)).status_code == 404
    assert Recipient.objects.filter(pk=theirs.pk).exists()


def test_recipients_get_the_invoice_and_members_do_not(cast: Cast) -> None:
    make_recipient(cast.acme)
    make_recipient(cast.acme, "boss@example.com")
    Account.objects.update(language="fr")
    invoice = bill_march(cast.acme)
    sent = Mail.objects.filter(kind="invoice")
    assert sorted(sent.values_list("to", flat=True)) == ["books@example.com", "boss@example.com"]
    letter = mails_to("books@example.com")[0]
    assert letter.attached == f"invoice:{invoice.pk}"
    # Who has no account here is sent nowhere.
    assert "/o/acme" not in letter.text
    assert "mars 2026" in letter.text


def test_without_recipients_who_may_pay_gets_it_with_the_way_to_it(cast: Cast) -> None:
    invoice = bill_march(cast.acme)
    sent = Mail.objects.filter(kind="invoice").order_by("to")
    assert [one.to for one in sent] == [
        "adam.admin@example.com",
        "bella.billing@example.com",
        "olivia.owner@example.com",
    ]
    assert f"/o/acme/billing/invoices/{invoice.number}/" in sent[0].text
    assert "It was paid from the funds. There is nothing to pay." in sent[0].text


def test_the_file_goes_with_the_mail_when_it_leaves(
    cast: Cast, worker_here: None, settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    settings.MAILERS = {
        **settings.MAILERS,
        "transport": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    make_recipient(cast.acme)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator] # the fixture
        invoice = bill_march(cast.acme)
    (message,) = [one for one in mail.outbox if one.to == ["books@example.com"]]
    ((name, content, kind),) = message.attachments
    assert (name, kind) == (f"invoice-{invoice.number}.pdf", "application/pdf")
    assert bytes(content).startswith(b"%PDF")
    assert Mail.objects.get(to="books@example.com").state == "sent"
