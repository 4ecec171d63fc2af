import random, collections, traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
import time_machine
import pytest
from django.db import connection, transaction
from django.utils import timezone
from billing.actions import dunning, invoices, promotions, standing
from billing.actions.corrections import give_credit, correct_entry
from billing.actions.invoices import issue_credit_note
from billing.actions.invoices.details import add_recipient
from billing.actions.invoices.issuing import issue_due
from billing.actions.payments import refund_payment, settle_payment, start_payment, carry_payment, look_after, fail_refund, settle_refund, make_default
from billing.actions.payments.disputes import note_dispute
from billing.actions.payments.settling import lock_payment
from billing.actions.plans import change_plan_terms
from billing.actions.promotions import give_promotion, end_promotions
from billing.actions.refills import change_refill
from billing.actions.subscriptions.cancelling import cancel_plan, resume_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.limits import apply_plans
from billing.actions.subscriptions.renewing import renew_due
from billing.actions.subscriptions.trials import tell_of_ends, tell_of_prices
from billing.gateways.base import Dispute as Said, RefundOutcome
from billing.models import *
from billing.models import Account, Entry, Payment, Plan, Subscription, Refund
from billing.verifying import verify
from console.refusal import Refused
from organizations.actions import suspend_organization, reactivate_organization
from organizations.actors import Actor
from tests.billing.making import *
from tests.billing.making import account_of, fund, make_method, make_plan
from tests.billing.scripted import use_scripted
from tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SECONDS = 40

def test_chaos(cast: Cast, settings) -> None:
    gw = use_scripted(settings)
    plans = [make_plan("team", 2000, yearly=20000), make_plan("business", 5000, yearly=50000), make_plan("free2", 0)]
    orgs = [cast.acme, cast.rival]
    bys = {cast.acme.pk: cast.bella.actor(cast.acme), cast.rival.pk: cast.rita.actor(cast.rival)}
    staff = Actor.staff(cast.sam.user)
    for o in orgs:
        fund(o, 100000)
        Payment.objects.filter(account=o.pk).update(gateway="scripted")
        make_method(o, gateway="scripted")
        for m in range(3):
            c = make_charge(o, 1000, month=(timezone.now().date().replace(day=1)-timedelta(days=31*(m+1))).replace(day=1))
            from billing.actions.ledger import book
            with transaction.atomic():
                a = Account.objects.lock(o.pk); book(a, "subscription", -1000, key=c.key, charge=c)
    bad = collections.Counter(); done = collections.Counter(); errs = []
    def act(rng):
        o = rng.choice(orgs); by = bys[o.pk]
        pays = list(Payment.objects.filter(account=o.pk).values_list("pk", flat=True))
        P = lambda: Payment.objects.select_related("account__organization").get(pk=rng.choice(pays))
        def pay():
            p = start_payment(organization=o, amount=rng.choice([1000, 5000]), method=None, keeps_method=False, by=by)
            carry_payment(p.pk, back="http://testserver/")
        def settle():
            p = P(); settle_payment(p.pk, gw.outcome(p, state=rng.choice(["paid","failed","processing","abandoned"])))
        def refund():
            refund_payment(payment=P(), amount=rng.choice([100, 900]), note="x", by=staff)
        def refund_end():
            r = Refund.objects.order_by("?").first()
            if r: settle_refund(r.pk, RefundOutcome(state=rng.choice(["done","failed"]), external_id="x", amount=r.amount))
        def dispute():
            p = P()
            with transaction.atomic():
                l, b = lock_payment(p.pk); note_dispute(l, Said(external_id=f"d{p.pk}{rng.randint(0,1)}", state=rng.choice(["open","won","lost"]), amount=max(1,p.amount//2)), by=b)
        def choose(): choose_plan(organization=o, plan=rng.choice(plans), interval=rng.choice(["month","year"]), by=by)
        def terms(): change_plan_terms(plan=rng.choice(plans[:2]), monthly=rng.choice([2000,2500,5000]), by=staff)
        def promo(): give_promotion(organization=o, amount=500, ends_at=timezone.now()+timedelta(seconds=rng.randint(1,10)), note="x", by=staff)
        def correct():
            e = Entry.objects.filter(account=o.pk, reason__in=["credit","promotion"]).order_by("?").first()
            if e: correct_entry(entry=e, amount=10, note="x", by=staff)
        def credit_note():
            i = Invoice.objects.filter(account=o.pk, kind="invoice").order_by("?").first()
            if i: issue_credit_note(invoice=i, note="x", amount=rng.choice([1, 100]), by=staff)
        def suspend(): suspend_organization(organization=o, reason="past_due" if rng.random()<.5 else "staff", by=staff)
        def lift(): reactivate_organization(organization=o, by=staff)
        def overdraw():
            e = Entry.objects.filter(account=o.pk, reason="top_up").order_by("?").first()
            with transaction.atomic():
                a = Account.objects.lock(o.pk)
        def refill(): change_refill(organization=o, refill_below=200000, refill_amount=1000, low_below=5000, by=by)
        def look():
            p = P(); look_after(p.pk)
        def force_end(): Subscription.objects.filter(account=o.pk).exclude(state="ended").update(period_start=timezone.now()-timedelta(days=31), period_end=timezone.now())
        f = rng.choice([pay, settle, settle, refund, refund_end, dispute, choose, choose, terms, promo, correct, credit_note, suspend, lift, refill, look,
             lambda: cancel_plan(organization=o, by=by), lambda: resume_plan(organization=o, by=by), end_promotions, renew_due, dunning.remind_and_suspend, issue_due, apply_plans, tell_of_prices, tell_of_ends,
             lambda: give_credit(organization=o, amount=100, note="x", by=staff), lambda: add_recipient(organization=o, email=f"a{rng.randint(1,9999)}@example.com", by=by), ])
        name = f.__name__
        try:
            f(); done[name]+=1
        except Refused as r:
            done[f"{name}:{r.code}"]+=1
        except Exception as e:
            bad[f"{name}:{type(e).__name__}:{str(e)[:90]}"]+=1
            if len(errs)<6: errs.append(traceback.format_exc()[-2500:])
    import time
    end = time.monotonic()+SECONDS
    def run(n):
        rng = random.Random(n)
        try:
            while time.monotonic()<end: act(rng)
        finally: connection.close()
    with ThreadPoolExecutor(8) as t: list(t.map(run, range(8)))
    import builtins; out = open("/tmp/chaos_out.txt","w"); print = lambda *a: (builtins.print(*a, file=out), out.flush())
    print("DONE", sorted(done.items())); print("BAD", bad)
    for e in errs: print(e)
    faults=[]
    verify(tell=faults.append)
    print("FAULTS", faults[:10])
    for o in orgs: print(account_of(o).balance, account_of(o).last_number)
    assert not bad and not faults
