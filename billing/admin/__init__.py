"""Money for staff."""

from billing.admin.funds import AccountAdmin, EntryAdmin, PromotionAdmin
from billing.admin.invoices import ChargeAdmin, InvoiceAdmin, RecipientAdmin, TaxRateAdmin
from billing.admin.payments import GatewayEventAdmin, PaymentAdmin, PaymentMethodAdmin, RefusedEventAdmin
from billing.admin.plans import PlanAdmin, SubscriptionAdmin

__all__ = [
    "AccountAdmin",
    "ChargeAdmin",
    "EntryAdmin",
    "GatewayEventAdmin",
    "InvoiceAdmin",
    "PaymentAdmin",
    "PaymentMethodAdmin",
    "PlanAdmin",
    "PromotionAdmin",
    "RecipientAdmin",
    "RefusedEventAdmin",
    "SubscriptionAdmin",
    "TaxRateAdmin",
]
