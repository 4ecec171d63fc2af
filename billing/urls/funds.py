"""Addresses of the overview, the ledger and what ran."""

from django.urls import URLPattern, path

from billing.views import funds as views
from billing.views import overview as overview_views
from billing.views import usage as usage_views

overview: list[URLPattern] = [path("", overview_views.overview, name="overview")]

funds: list[URLPattern] = [
    path("funds/", views.index, name="funds"),
    path("funds/export/", views.export, name="funds_export"),
    path("usage/", usage_views.index, name="usage"),
    path("usage/export/", usage_views.export, name="usage_export"),
]
