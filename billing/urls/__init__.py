"""Addresses of billing: a contract (PRODUCT: *Addresses*)."""

from django.urls import include, path

from billing.urls.funds import funds, overview
from billing.urls.invoices import details, invoices
from billing.urls.payments import gateways, methods, payments
from billing.urls.plans import plan

app_name = "billing"

urlpatterns = [
    path(
        "o/<slug:slug>/billing/",
        include([*overview, *plan, *funds, *payments, *methods, *invoices, *details]),
    ),
    *gateways,
]
