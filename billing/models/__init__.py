"""Money: accounts and their ledger, plans, charges, payments, invoices."""

from billing.models.account import Account
from billing.models.charge import Charge
from billing.models.dispute import Dispute
from billing.models.entry import Entry, Reason
from billing.models.event import GatewayEvent, RefusedEvent
from billing.models.invoice import Invoice, InvoiceLine, Recipient, Sequence, TaxRate
from billing.models.payment import Customer, Payment, PaymentMethod, Refund
from billing.models.plan import Interval, Plan
from billing.models.promotion import Promotion
from billing.models.sandbox import SandboxCard, SandboxEvent, SandboxPayment, SandboxRefund
from billing.models.subscription import Period, Subscription
from billing.models.usage import UsageHour, UsageLine

__all__ = [
    "Account",
    "Charge",
    "Customer",
    "Dispute",
    "Entry",
    "GatewayEvent",
    "Interval",
    "Invoice",
    "InvoiceLine",
    "Payment",
    "PaymentMethod",
    "Period",
    "Plan",
    "Promotion",
    "Reason",
    "Recipient",
    "Refund",
    "RefusedEvent",
    "SandboxCard",
    "SandboxEvent",
    "SandboxPayment",
    "SandboxRefund",
    "Sequence",
    "Subscription",
    "TaxRate",
    "UsageHour",
    "UsageLine",
]
