"""Credit: promotional credit is spent first, never paid out, and ends; staff give it, and set wrong entries right."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from audit.models import Event
from billing.actions.corrections import correct_entry, give_credit
from billing.actions.ledger import NotCovered, book, returnable
from billing.actions.payments import refund_payment
from billing.actions.promotions import end_promotions, give_promotion, tell_of_ending_promotions
from billing.actions.subscriptions.choosing import choose_plan
from billing.models import Entry, Promotion, Reason
from billing.verifying import Fault, verify
from console.ids import uuid7
from console.refusal import Refused
from organizations.actions import suspend_organization
from organizations.actors import Actor
from organizations.models import Organization
from tests.billing.making import account_of, fund, make_charge, make_plan
from tests.cast import Cast, make_person
from tests.reading import body, mails_to, words

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
STAFF = Actor.system()


def give(organization: Organization, amount: int, *, days: int = 30, once: UUID | None = None) -> Promotion:
    """Promotional credit that ends in so many days."""
    ends_at = timezone.now() + timedelta(days=days)
    return give_promotion(
        organization=organization, amount=amount, ends_at=ends_at, note="Welcome", once=once, by=STAFF
    )


def spend(organization: Organization, amount: int, reason: Reason = Reason.SUBSCRIPTION) -> Entry:
    """Something that is bought."""
    charge = make_charge(organization, amount)
    return book(account_of(organization), reason, -amount, key=f"period:{charge.pk}", charge=charge)


def left(organization: Organization) -> list[int]:
    """What is left of each credit, in the order in which they end."""
    return list(Promotion.objects.filter(account=organization.pk).order_by("ends_at").values_list("left", flat=True))


def test_what_ends_first_is_spent_first_and_other_funds_last(cast: Cast) -> None:
    fund(cast.acme, 1000)
    give(cast.acme, 300, days=30)
    give(cast.acme, 200, days=10)
    spend(cast.acme, 250)
    assert (left(cast.acme), account_of(cast.acme).balance) == ([0, 250], 1250)
    assert returnable(account_of(cast.acme)) == 1000
    spend(cast.acme, 400)
    assert (left(cast.acme), returnable(account_of(cast.acme))) == ([0, 0], 850)


def test_promotional_credit_is_never_paid_out(cast: Cast) -> None:
    payment = fund(cast.acme, 1000).payment
    assert payment is not None
    give(cast.acme, 500)
    refund = payment.refunds.create(amount=1001, note="All of it")
    with pytest.raises(NotCovered):
        book(account_of(cast.acme), Reason.REFUND, -1001, key="refund:1", refund=refund)
    refund = payment.refunds.create(amount=1000, note="All of it")
    book(account_of(cast.acme), Reason.REFUND, -1000, key="refund:2", refund=refund)
    assert (left(cast.acme), account_of(cast.acme).balance) == ([500], 500)


def test_what_goes_out_by_force_takes_other_funds_first(cast: Cast) -> None:
    payment = fund(cast.acme, 1000).payment
    give(cast.acme, 500)
    book(account_of(cast.acme), Reason.DISPUTE, -1000, key="dispute:1", payment=payment)
    assert left(cast.acme) == [500]
    spend(cast.acme, 700, Reason.USAGE)
    assert (left(cast.acme), account_of(cast.acme).balance) == ([0], -200)


def test_a_debt_is_paid_with_it_at_once(cast: Cast) -> None:
    spend(cast.acme, 700, Reason.USAGE)
    promotion = give(cast.acme, 1000)
    assert (promotion.left, account_of(cast.acme).balance) == (300, 300)


def test_what_is_left_ends_with_its_day_once(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        fund(cast.acme, 1000)
        give(cast.acme, 300, days=10)
        give(cast.rival, 100, days=10)
        spend(cast.acme, 100)
        assert end_promotions() == 0
        clock.shift(timedelta(days=10))
        assert (end_promotions(), end_promotions()) == (2, 0)
    assert (left(cast.acme), account_of(cast.acme).balance) == ([0], 1000)
    assert account_of(cast.rival).balance == 0
    assert Entry.objects.get(account=cast.acme.pk, reason="expiry").amount == -200
    assert Event.objects.filter(action="promotion.ended", organization_id=cast.acme.pk).count() == 1


def test_who_pays_is_told_when_it_is_given_and_before_it_ends(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give(cast.acme, 300, days=20)
        given = mails_to("olivia.owner@example.com", "promotion-given")
        assert "added €3.00 of promotional credit to the funds of Acme (Welcome)" in given[0].text
        assert tell_of_ending_promotions() == 0
        clock.shift(timedelta(days=13, hours=1))
        spend(cast.acme, 100)
        assert (tell_of_ending_promotions(), tell_of_ending_promotions()) == (1, 0)
    told = mails_to("olivia.owner@example.com", "promotion-ending")
    assert (len(told), "€2.00 of promotional credit of Acme are not spent" in told[0].text) == (1, True)
    assert not mails_to("theo.tech@example.com", "promotion-ending")


def test_nobody_but_staff_gives_or_corrects(cast: Cast) -> None:
    entry = fund(cast.acme, 1000)
    olivia, ends_at = cast.olivia.actor(cast.acme), timezone.now() + timedelta(days=9)
    with pytest.raises(Refused, match="Only our staff"):
        give_credit(organization=cast.acme, amount=100, note="Mine", by=olivia)
    with pytest.raises(Refused, match="Only our staff"):
        give_promotion(organization=cast.acme, amount=100, ends_at=ends_at, note="Mine", by=olivia)
    with pytest.raises(Refused, match="Only our staff"):
        correct_entry(entry=entry, amount=1, note="Mine", by=olivia)
    assert Event.objects.filter(outcome="denied", organization_id=cast.acme.pk).count() == 3
    assert account_of(cast.acme).balance == 1000


def test_the_same_gift_is_given_once(cast: Cast) -> None:
    once, other = uuid7(), uuid7()
    assert give(cast.acme, 100, once=once) == give(cast.acme, 100, once=once)
    assert give_credit(organization=cast.acme, amount=50, note="Sorry", once=other, by=STAFF) == give_credit(
        organization=cast.acme, amount=50, note="Sorry", once=other, by=STAFF
    )
    assert account_of(cast.acme).balance == 150
    assert Event.objects.filter(action__in=["promotion.given", "credit.given"]).count() == 2
    assert give(cast.rival, 100, once=once).account_id == cast.rival.pk


def test_credit_pays_a_debt_and_opens_no_organization_that_never_paid(cast: Cast) -> None:
    suspend_organization(organization=cast.acme, reason="unfunded", by=STAFF)
    spend(cast.acme, 700, Reason.USAGE)
    give_credit(organization=cast.acme, amount=1000, note="Sorry", by=STAFF)
    account = account_of(cast.acme)
    assert (account.past_due_since, account.first_paid_at, account.balance) == (None, None, 300)
    assert Organization.objects.get(pk=cast.acme.pk).suspended_for == "unfunded"


def test_an_entry_is_corrected_by_another_one_and_never_by_more_than_it_was(cast: Cast) -> None:
    credit = give_credit(organization=cast.acme, amount=1000, note="Sorry", by=STAFF)
    spend(cast.acme, 900)
    correction = correct_entry(entry=credit, amount=600, note="A slip", by=STAFF)
    assert (correction.amount, correction.balance, correction.corrects) == (-600, -500, credit)
    assert account_of(cast.acme).past_due_since
    with pytest.raises(Refused, match=r"Of this entry €4\.00 can still be corrected"):
        correct_entry(entry=credit, amount=401, note="A slip", by=STAFF)
    correct_entry(entry=correction, amount=600, note="It was none", by=STAFF)
    assert (account_of(cast.acme).balance, account_of(cast.acme).past_due_since) == (100, None)


def test_what_was_charged_is_given_back_by_a_credit_note(cast: Cast) -> None:
    fund(cast.acme, 1000)
    with pytest.raises(Refused, match="credit note"):
        correct_entry(entry=spend(cast.acme, 100), amount=100, note="A slip", by=STAFF)


def test_promotional_credit_that_was_wrong_is_taken_back_itself(cast: Cast) -> None:
    give(cast.acme, 300, days=10)
    give(cast.acme, 500, days=20)
    wrong = Entry.objects.get(amount=500)
    correct_entry(entry=wrong, amount=500, note="A slip", by=STAFF)
    assert (left(cast.acme), account_of(cast.acme).balance) == ([300, 0], 300)


@pytest.fixture
def staff() -> Client:
    """Stella's browser."""
    return make_person("stella.staff@example.com", is_staff=True, is_superuser=True).client


def test_staff_give_from_the_account_of_an_organization_that_has_none_yet(cast: Cast, staff: Client) -> None:
    here = f"/admin/billing/account/{cast.acme.pk}/"
    assert f"{here}change/" in body(staff.get(f"/admin/organizations/organization/{cast.acme.pk}/change/"))
    assert f"{here}credit/" in body(staff.get(f"{here}change/"))
    wrong = staff.post(f"{here}credit/", {"amount": "1,00,0", "note": ""})
    assert "Type an amount, like 25 or 25.50." in words(wrong)
    assert 'value="1,00,0"' in body(wrong)
    once = str(uuid7())
    for _twice in range(2):
        done = staff.post(f"{here}credit/", {"amount": "12.50", "note": "Sorry", "once": once}, follow=True)
        assert "The credit was given." in words(done)
    late = staff.post(f"{here}promotion/", {"amount": "5", "note": "Hello", "last_day": "2001-01-01"})
    assert "Choose a day in the future." in words(late)
    never = staff.post(f"{here}promotion/", {"amount": "5", "note": "Hello", "last_day": "9999-12-31"})
    assert "within the next five years" in words(never)
    last_day = timezone.now().date() + timedelta(days=30)
    staff.post(f"{here}promotion/", {"amount": "5", "note": "Hello", "last_day": str(last_day)})
    promotion = Promotion.objects.get()
    assert (promotion.ends_at.date(), promotion.ends_at.hour) == (last_day + timedelta(days=1), 0)
    assert promotion.given_by is not None
    assert account_of(cast.acme).balance == 1750


def test_staff_correct_an_entry_on_its_page(cast: Cast, staff: Client) -> None:
    here = f"/admin/billing/entry/{fund(cast.acme, 1000).pk}/"
    assert f"{here}correction/" in body(staff.get(f"{here}change/"))
    assert "Of this entry €10.00" in words(staff.post(f"{here}correction/", {"amount": "11", "note": "A slip"}))
    done = staff.post(f"{here}correction/", {"amount": "10", "note": "A slip"}, follow=True)
    assert "The correction is written." in words(done)
    assert account_of(cast.acme).balance == 0


def test_staff_who_only_look_give_nothing(cast: Cast) -> None:
    viewer = make_person("vera.viewer@example.com", is_staff=True)
    assert viewer.client.get(f"/admin/billing/account/{cast.acme.pk}/credit/").status_code == 403
    data = {"amount": "10", "note": "Mine"}
    assert viewer.client.post(f"/admin/billing/account/{cast.acme.pk}/credit/", data).status_code == 403
    assert not Entry.objects.exists()


def test_a_change_of_plan_makes_no_other_funds_of_promotional_credit(cast: Cast) -> None:
    """What was bought with it and is given back is promotional credit again: else it would not end, and be paid out."""
    fund(cast.acme, 3000)
    give(cast.acme, 4000, days=10)
    give(cast.acme, 6000, days=30)
    by = cast.olivia.actor(cast.acme)
    for plan in (make_plan("team", 5000), make_plan("business", 6000), make_plan("enterprise", 8000)):
        choose_plan(organization=cast.acme, plan=plan, interval="month", by=by)
    account = account_of(cast.acme)
    assert (left(cast.acme), account.balance, returnable(account)) == ([0, 2000], 5000, 3000)
    found: list[Fault] = []
    verify(account.pk, tell=found.append)
    assert found == []


def test_what_goes_back_by_itself_is_not_set_right_by_hand(cast: Cast) -> None:
    """A refund that fails is put back by an entry: a correction besides would put it back twice."""
    payment = fund(cast.acme, 1000).payment
    assert payment
    given = refund_payment(payment=payment, amount=400, note="Asked for", by=STAFF)
    with pytest.raises(Refused, match="by itself"):
        correct_entry(entry=given.entry, amount=400, note="Failed", by=STAFF)


def test_the_log_of_the_organization_says_amounts_as_people_read_them(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        give(cast.acme, 123_456, days=9)
        said = words(cast.olivia.client.get("/o/acme/settings/audit-log/?what=billing"))
    # In the order in which the database keeps them.
    for part in ("Amount–€1,234.56", "Currency–EUR", "Funds after it–€1,234.56", "Ends–10 May 2027, 12:00 UTC"):  # noqa: RUF001 -- the dash that the page writes for nothing
        assert part in said


def test_one_account_that_cannot_be_looked_after_keeps_no_other_waiting(cast: Cast) -> None:
    give(cast.rival, 500, days=1)
    credit = give(cast.acme, 500, days=1)
    # Of whichever comes first.
    first = Promotion.objects.order_by("account").first()
    assert first
    book(first.account, Reason.CREDIT, 7, key=f"expiry:{first.pk}", note="Something else has its key")
    with time_machine.travel(credit.ends_at + timedelta(hours=1)):
        assert end_promotions() == 1
    assert sorted(Promotion.objects.values_list("left", flat=True)) == [0, 500]
