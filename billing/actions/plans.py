"""What staff do to plans: make them, change what they cost and allow, offer and withdraw them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.recording import audited, record
from billing.actions.staff import check_staff
from billing.models import Interval, Plan, Subscription
from console.celery import wake
from console.refusal import Refused
from organizations.actors import Actor

FOLLOW_PLANS = "billing.follow_plans"
# What staff edit; a plan is known by its key.
TERMS = (
    "name", "description", "monthly", "yearly", "trial_days", *Plan.LIMITS, "features", "is_offered", "is_standard",
    "order",
)  # fmt: skip


@audited("plan.made")
def make_plan(*, key: str, by: Actor, **terms: Any) -> Plan:
    """Make a plan; ``terms``: of `TERMS`, prices without VAT in the smallest unit. For staff.

    Raises Refused for a key that is taken, and for terms that make no sense.
    """
    check_staff(by)
    plan = Plan(key=key, **terms)
    check_terms(plan)
    try:
        with transaction.atomic():
            _make_way(plan)
            plan.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("There is a plan with this key already."), code="taken", field="key") from None
    record("plan.made", by=by, target=plan, after=_told(plan))
    _follow()
    return plan


@audited("plan.terms_changed")
def change_plan_terms(*, plan: Plan, by: Actor, **terms: Any) -> Plan:
    """Change a plan; ``terms``: those of `TERMS` that change. For staff.

    A price counts from the next period on for who has the plan, and who pays is told where it rises; limits count at
    once, and nothing is deleted where there is more. Raises Refused where somebody has it for an interval that would
    have no price any more, and for terms that make no sense.
    """
    check_staff(by)
    plan = Plan.objects.lock(plan.pk)
    before = _told(plan)
    for name, value in terms.items():
        setattr(plan, name, value)
    check_terms(plan)
    _make_way(plan)
    plan.save()
    after = _told(plan)
    changed = [name for name in TERMS if before[name] != after[name]]
    record("plan.terms_changed", by=by, target=plan, before=_only(before, changed), after=_only(after, changed))
    _follow()
    return plan


def check_terms(plan: Plan) -> None:
    """Refuse terms that make no sense, or that take away what somebody has. Raises Refused, at the field.

    Where a plan is changed, its row is locked; who chooses it takes the same lock.
    """
    if plan.monthly is None and plan.yearly is None:
        raise Refused(_("Say what it costs: for a month, for a year, or both."), code="price", field="monthly")
    if plan.is_standard and (plan.monthly != 0 or plan.yearly or plan.trial_days):
        raise Refused(
            _(
                "Whoever has chosen no plan has the standard one, so it costs 0 a month, nothing else, and has no"
                " trial."
            ),
            code="standard",
            field="is_standard",
        )
    _check_subscribers(plan)


def _check_subscribers(plan: Plan) -> None:
    going_on = Subscription.objects.current()
    for interval, field in ((Interval.MONTH, "monthly"), (Interval.YEAR, "yearly")):
        has_it = Q(plan=plan, interval=interval) | Q(next_plan=plan, next_interval=interval)
        if plan.price(interval) is None and going_on.filter(has_it).exists():
            raise Refused(
                _(
                    "Somebody has this plan for this interval, so its price must stay. You can stop offering it"
                    " instead."
                ),
                code="subscribed",
                field=field,
            )
    if plan.is_standard and going_on.filter(Q(plan=plan) | Q(next_plan=plan)).exists():
        raise Refused(
            _("Somebody has chosen this plan, so it cannot be the standard one, which nobody chooses. Make another."),
            code="subscribed",
            field="is_standard",
        )


def _make_way(plan: Plan) -> None:
    """There is one standard plan: the new one takes its place."""
    if plan.is_standard:
        Plan.objects.filter(is_standard=True).exclude(pk=plan.pk).update(is_standard=False)


def _told(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in TERMS}


def _only(terms: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: terms[name] for name in names}


def _follow() -> None:
    """Let a worker bring those in line who have it; beat does so, too."""
    transaction.on_commit(partial(wake, FOLLOW_PLANS), robust=True)
