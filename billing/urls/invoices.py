"""Addresses of invoices, and of whom they are made out to."""

from django.urls import URLPattern, path

from billing.views import details as details_views
from billing.views import invoices as views

invoices: list[URLPattern] = [
    path("invoices/", views.index, name="invoices"),
    path("invoices/export/", views.export, name="invoices_export"),
    path("invoices/archive/<int:year>/", views.archive, name="invoices_archive"),
    path("invoices/<str:number>/", views.detail, name="invoice"),
    path("invoices/<str:number>/pdf/", views.pdf, name="invoice_pdf"),
]

details: list[URLPattern] = [
    path("details/", details_views.details, name="details"),
    path("details/recipients/new/", details_views.add, name="recipient_new"),
    path("details/recipients/<uuid:pk>/removal/", details_views.remove, name="recipient_removal"),
]
