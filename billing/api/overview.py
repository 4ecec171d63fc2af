"""How an organization stands with its money."""

from datetime import datetime
from typing import Literal, Self, cast

from ninja import Schema
from pydantic import Field

from billing.actions.ledger import returnable
from billing.actions.standing import due
from billing.actions.subscriptions import Upcoming, next_charge, plan_of
from billing.api.amounts import Amount
from billing.api.plans import PlanInterval
from billing.models import Account
from organizations.api.operations import Operations
from organizations.api.requests import KeyRequest
from organizations.roles import Permission

operations = Operations("Billing")

type SuspensionReason = Literal["", "unfunded", "past_due", "staff"]


class ChargeToCome(Schema):
    """The next charge of the plan."""

    at: datetime = Field(description="Past, where the funds did not cover it.")
    plan: str = Field(description="The key of the plan.", examples=["team"])
    interval: PlanInterval
    net: Amount = Field(description="Without VAT.")
    total: Amount

    @classmethod
    def of(cls, upcoming: Upcoming, currency: str) -> Self:
        """A charge in the currency of the account."""
        return cls(
            at=upcoming.at,
            plan=upcoming.plan.key,
            interval=cast("PlanInterval", upcoming.interval),
            net=Amount.of(upcoming.net, currency),
            total=Amount.of(upcoming.total, currency),
        )


class BillingShown(Schema):
    """The funds of the organization, or of the personal account, and what they are spent on."""

    funds: Amount = Field(description="Below zero, it is owed.")
    promotional: Amount = Field(description="How much of it is promotional credit, which ends and is never paid out.")
    due: Amount = Field(description="What a payment must come to at least, now.")
    past_due_since: datetime | None
    suspended_for: SuspensionReason = Field(
        description="Why the organization is suspended; a payment lifts all but `staff`."
    )
    plan: str = Field(description="The key of the plan.", examples=["team"])
    next_charge: ChargeToCome | None


@operations.get("/billing", Permission.VIEW_BILLING, returns=BillingShown)
def show_billing(request: KeyRequest) -> BillingShown:
    """Show the funds, what is due, and what comes next."""
    account = Account.objects.of(request.organization)
    currency, upcoming = account.currency, next_charge(account)
    return BillingShown(
        funds=Amount.of(account.balance, currency),
        promotional=Amount.of(max(0, account.balance) - returnable(account), currency),
        due=Amount.of(due(account), currency),
        past_due_since=account.past_due_since,
        suspended_for=cast("SuspensionReason", request.organization.suspended_for),
        plan=plan_of(account).key,
        next_charge=ChargeToCome.of(upcoming, currency) if upcoming else None,
    )
