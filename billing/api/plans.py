"""Plans, and the one that the organization has."""

from datetime import datetime
from typing import Literal, Self, cast

from django.conf import settings
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from billing.actions.subscriptions import current, plan_of
from billing.actions.subscriptions.cancelling import cancel_plan, resume_plan
from billing.actions.subscriptions.choosing import choose_plan
from billing.actions.subscriptions.quoting import Quoted, quote_change
from billing.amounts import read_amount
from billing.api.amounts import AMOUNT_LENGTH, Amount
from billing.models import Account, Plan
from console.api.schemas import Given
from console.refusal import Refused
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.models.organization import SLUG_LENGTH
from organizations.roles import Permission

operations = Operations("Plan")

type PlanInterval = Literal["month", "year"]
type SubscriptionState = Literal["trial", "active", "past_due"]
type ChangeWay = Literal["trial", "period", "rest", "later"]


class PlanShown(Schema):
    """What an organization can subscribe to. Prices are without VAT."""

    key: str = Field(examples=["team"])
    name: str = Field(examples=["Team"])
    description: str
    is_standard: bool = Field(description="Whether who has chosen none has it; it costs nothing.")
    monthly: Amount | None = Field(description="Null where it is not had by the month.")
    yearly: Amount | None = Field(description="Null where it is not had by the year.")
    trial_days: int = Field(description="For so long it can be tried, once.")
    limits: dict[str, int | None] = Field(
        description="How many there may be; null: as this console allows everybody.",
        examples=[{"projects": 10, "services": None}],
    )
    features: list[str] = Field(description="A line each, for people.")

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """A plan with its prices, in the currency of this deployment."""
        return cls(
            key=plan.key,
            name=plan.name,
            description=plan.description,
            is_standard=plan.is_standard,
            monthly=None if plan.monthly is None else Amount.of(plan.monthly, settings.CURRENCY),
            yearly=None if plan.yearly is None else Amount.of(plan.yearly, settings.CURRENCY),
            trial_days=plan.trial_days,
            limits={str(name): amount for name, amount in plan.limits.items()},
            features=plan.feature_lines,
        )


class Plans(Schema):
    """All of them: there are never many."""

    items: list[PlanShown]


class PlanHad(Schema):
    """The plan that the organization has. Where it has the standard one, it subscribes to nothing: all else is null."""

    plan: PlanShown
    interval: PlanInterval | None
    state: SubscriptionState | None = Field(description="`past_due`: the present period is still to be paid for.")
    period_start: datetime | None
    period_end: datetime | None
    ends: bool = Field(description="Whether it ends with the period.")
    next_plan: str | None = Field(description="The key of the plan that it changes to with the next period.")
    next_interval: PlanInterval | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """What an account has now."""
        had = current(account)
        return cls(
            plan=PlanShown.of(had.plan if had else plan_of(account)),
            interval=cast("PlanInterval", had.interval) if had else None,
            state=cast("SubscriptionState", had.state) if had else None,
            period_start=had.period_start if had else None,
            period_end=had.period_end if had else None,
            ends=had.ends if had else False,
            next_plan=had.next_plan.key if had and had.next_plan else None,
            next_interval=cast("PlanInterval", had.next_interval) if had and had.next_plan else None,
        )


class QuoteGiven(Given):
    """For which plan."""

    plan: str = Field(min_length=1, max_length=SLUG_LENGTH, description="The key of a plan.", examples=["team"])
    interval: PlanInterval


class QuoteShown(Schema):
    """What a change of plan would do now, and cost. All amounts have VAT in them, but for `vat` itself."""

    plan: str
    interval: PlanInterval
    way: ChangeWay = Field(
        description="It is tried first; a period of it begins; it takes the place of the present plan for the rest of "
        "the period; it comes later, once that is over."
    )
    at: datetime = Field(description="From when on it is had.")
    until: datetime = Field(description="To when the trial, or what is charged now, lasts.")
    price: Amount = Field(description="Of a whole interval.")
    charged: Amount | None = Field(description="What is charged for it now.")
    credited: Amount | None = Field(description="What is given back for the rest of the present plan; below zero.")
    total: Amount = Field(description="What is taken from the funds now: what to send as `amount`.")
    vat: Amount = Field(description="The VAT in that.")
    missing: Amount = Field(description="What the funds lack of it.")

    @classmethod
    def of(cls, quoted: Quoted, currency: str) -> Self:
        """A quote in the currency of the account."""
        charged, credited = quoted.charged, quoted.credited
        return cls(
            plan=quoted.plan.key,
            interval=cast("PlanInterval", quoted.interval),
            way=cast("ChangeWay", str(quoted.way)),
            at=quoted.at,
            until=quoted.until,
            price=Amount.of(quoted.price.total, currency),
            charged=Amount.of(charged.total, currency) if charged else None,
            credited=Amount.of(credited.total, currency) if credited else None,
            total=Amount.of(quoted.total, currency),
            vat=Amount.of(quoted.vat, currency),
            missing=Amount.of(quoted.missing, currency),
        )


class PlanChange(Given):
    """Another plan."""

    plan: str = Field(min_length=1, max_length=SLUG_LENGTH, description="The key of a plan.", examples=["team"])
    interval: PlanInterval
    amount: str = Field(
        max_length=AMOUNT_LENGTH,
        pattern=r"^[0-9]+(\.[0-9]+)?$",
        description="The `total` of the quote: where it would be another one by now, nothing is done.",
        examples=["24.00"],
    )


@operations.get("/billing/plans", Permission.VIEW_BILLING, returns=Plans)
def list_plans(request: KeyRequest) -> Plans:
    """List the plans that can be chosen."""
    return Plans(items=[PlanShown.of(plan) for plan in Plan.objects.offered()])


@operations.get("/billing/plan", Permission.VIEW_BILLING, returns=PlanHad)
def show_plan(request: KeyRequest) -> PlanHad:
    """Show the plan that the organization has, and what it changes to."""
    return _had(request)


@operations.post("/billing/plan/quote", Permission.VIEW_BILLING, returns=QuoteShown, status=200)
def quote_plan(request: KeyRequest, given: QuoteGiven) -> QuoteShown:
    """Say what another plan would cost now, and when it would begin; nothing is changed."""
    account = Account.objects.of(request.organization)
    return QuoteShown.of(quote_change(account, _plan(given.plan), given.interval), account.currency)


@operations.post("/billing/plan/change", Permission.PAY, returns=PlanHad, status=200)
def change_plan(request: KeyRequest, given: PlanChange) -> PlanHad:
    """Choose a plan: a dearer one begins now and is charged now, a cheaper one with the next period."""
    choose_plan(
        organization=request.organization,
        plan=_plan(given.plan),
        interval=given.interval,
        seen=read_amount(given.amount, Account.objects.of(request.organization).currency, least=0),
        by=request.actor,
    )
    return _had(request)


@operations.post("/billing/plan/cancellation", Permission.PAY, returns=PlanHad, status=200)
def end_plan(request: KeyRequest) -> PlanHad:
    """End the plan with its period: it works until then, and nothing more is charged for it."""
    cancel_plan(organization=request.organization, by=request.actor)
    return _had(request)


@operations.post("/billing/plan/resumption", Permission.PAY, returns=PlanHad, status=200)
def keep_plan(request: KeyRequest) -> PlanHad:
    """Let the plan go on that was to end, or to change with the next period."""
    resume_plan(organization=request.organization, by=request.actor)
    return _had(request)


def _had(request: KeyRequest) -> PlanHad:
    return PlanHad.of(Account.objects.of(request.organization))


def _plan(key: str) -> Plan:
    """The plan that a program names; whether it can be chosen, the action asks. Raises Refused."""
    plan = Plan.objects.filter(key=key).first()
    if plan is None:
        raise Refused(_("There is no such plan."), code="plan", field="plan")
    return plan
