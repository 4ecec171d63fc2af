"""The plan: what one has, what there is, and the way from one to the other."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions import standing
from billing.actions.subscriptions import current, plan_of
from billing.actions.subscriptions.cancelling import cancel_plan, resume_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.quoting import Quoted, limits_of, quote_change
from billing.actions.subscriptions.reading import next_charge_of
from billing.amounts import to_typed
from billing.forms.plans import ChoiceForm
from billing.invoice_rows import plain
from billing.models import Account, Interval, Plan, Subscription
from billing.periods import days_left
from billing.views.offers import intervals_of, offers_to
from console.attempts import attempt
from console.dates import date
from console.refusal import Refused
from organizations.access import requires
from organizations.models.organization import validate_slug
from organizations.requests import OrgRequest
from organizations.roles import Permission
from organizations.views.answers import Question, ask


@require_safe
@requires(Permission.VIEW_BILLING)
def index(request: OrgRequest) -> HttpResponse:
    """What the organization has, and what it could have. ``interval``: for how long at a time, where there is both."""
    account = Account.objects.of(request.organization)
    subscription = current(account)
    standard = Plan.objects.standard()
    plan = subscription.plan if subscription else standard
    offered = list(Plan.objects.offered().filter(is_standard=False))
    wanted = request.GET.get("interval") or (subscription.interval if subscription else Interval.MONTH)
    intervals = intervals_of(offered)
    interval = wanted if wanted in intervals else next(iter(intervals), Interval.MONTH)
    context: dict[str, Any] = {
        "account": account,
        "subscription": subscription,
        "plan": plan,
        "limits": [limit for limit in limits_of(account, plan, plan) if limit.after is not None],
        "upcoming": next_charge_of(subscription, account),
        "due": standing.due(account) if subscription and subscription.is_past_due else 0,
        "intervals": intervals,
        "interval": interval,
        "offers": offers_to(account, subscription, offered, interval),
        "standard": standard,
        "standard_limits": [(name, amount) for name, amount in standard.limits.items() if amount is not None],
        "days_left": days_left(subscription.period_end, timezone.now()) if subscription else 0,
    }
    return render(request, "billing/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY)
@never_cache
def change(request: OrgRequest) -> HttpResponse:
    """What changes with a plan, and what it costs, line by line; the button that does it. ``plan``, ``interval``."""
    plan, interval = _asked_for(request)
    form = ChoiceForm(request.POST or None)
    chosen = form.run(choose_plan, organization=request.organization, plan=plan, interval=interval, by=request.actor)
    if chosen:
        messages.success(request, _said(chosen, plan))
        return redirect("billing:plan", request.organization.slug)
    account = Account.objects.of(request.organization)
    try:
        quoted = quote_change(account, plan, interval)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("billing:plan", request.organization.slug)
    context = {
        "account": account,
        "quoted": quoted,
        "vat_rate": plain(quoted.price.rate),
        "now": plan_of(account),
        "subscription": current(account),
        "limits": limits_of(account, plan_of(account), plan),
        "why_not": _why_not(form),
        "pay": _way_to_pay(request, account, quoted),
    }
    return render(request, "billing/plan_change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.PAY)
def cancellation(request: OrgRequest) -> HttpResponse:
    """Cancel the plan: the question, and the POST."""
    back = reverse("billing:plan", args=[request.organization.slug])
    if request.method == "POST":
        done = _("Your plan is cancelled.")
        attempt(request, cancel_plan, done, organization=request.organization, by=request.actor)
        return redirect(back)
    subscription = current(Account.objects.of(request.organization))
    if subscription is None or subscription.ends:
        return redirect(back)
    question = Question(
        title=_("Cancel %(plan)s?") % {"plan": subscription.plan.name},
        text=_what_cancelling_does(subscription),
        submit=_("Cancel plan"),
        cancel=_("Keep plan"),
        back=back,
    )
    return ask(request, question)


@require_POST
@requires(Permission.PAY)
def resumption(request: OrgRequest) -> HttpResponse:
    """Keep the plan that was to end or to change."""
    done = _("Your plan goes on as it is.")
    attempt(request, resume_plan, done, organization=request.organization, by=request.actor)
    return redirect("billing:plan", request.organization.slug)


def _asked_for(request: OrgRequest) -> tuple[Plan, str]:
    """The plan and the interval of the address. Raises Http404 for what can be neither."""
    key, interval = request.GET.get("plan", ""), request.GET.get("interval", "")
    try:
        # What is no key at all is not asked the database for, which refuses some characters.
        validate_slug(key)
    except ValidationError:
        raise Http404 from None
    if interval not in Interval.values:
        raise Http404
    return get_object_or_404(Plan, key=key), interval


def _said(chosen: Subscription, plan: Plan) -> str:
    names = {"plan": plan.name, "day": date(chosen.period_end)}
    if chosen.next_plan:
        return _("Your plan changes to %(plan)s on %(day)s.") % names
    if chosen.is_trial:
        return _("Your trial of %(plan)s has begun. It lasts until %(day)s.") % names
    return _("Your plan is %(plan)s now.") % names


def _why_not(form: ChoiceForm) -> str:
    """What the action refused; what the funds lack, the page says anyway."""
    if not form.is_bound or form.has_error(NON_FIELD_ERRORS, "not-covered"):
        return ""
    refused = form.errors.get(NON_FIELD_ERRORS)
    return " ".join(map(str, refused)) if refused else _("Look at the amounts, and press the button again.")


def _way_to_pay(request: OrgRequest, account: Account, quoted: Quoted) -> str:
    """The page that pays what is missing, typed in already, and comes back here; empty where nothing is."""
    if not quoted.missing:
        return ""
    # What is due is paid with it: a payment below that is refused.
    missing = max(quoted.missing, standing.due(account))
    asked = {"amount": to_typed(missing, account.currency), "next": request.get_full_path()}
    return f"{reverse('billing:payment_new', args=[request.organization.slug])}?{urlencode(asked)}"


def _what_cancelling_does(subscription: Subscription) -> str:
    names = {"plan": subscription.plan.name, "day": date(subscription.period_end)}
    standard = Plan.objects.standard()
    if subscription.is_past_due:
        when = _("%(plan)s ends now, and is not charged any more.") % names
    elif subscription.is_trial:
        when = _("You can use %(plan)s until the trial ends on %(day)s. Nothing is charged then.") % names
    else:
        when = (
            _("You have paid for %(plan)s until %(day)s, and can use it until then. Nothing is charged after.") % names
        )
    after = _("Then your plan is %s. Nothing is deleted; where you have more than it allows, you cannot add to it.")
    return f"{when} {after % standard.name}"
