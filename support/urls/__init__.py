"""Addresses of support: a contract (PRODUCT: *Addresses*)."""

from django.urls import include, path

from support.urls.contacts import contacts
from support.urls.entitlements import entitlements
from support.urls.outside import outside
from support.urls.overview import overview
from support.urls.registrations import registrations
from support.urls.tickets import tickets

app_name = "support"

urlpatterns = [
    path(
        "o/<slug:slug>/support/",
        include(
            [
                *overview,
                path("tickets/", include(tickets)),
                path("contacts/", include(contacts)),
                path("entitlements/", include(entitlements)),
                path("registrations/", include(registrations)),
            ]
        ),
    ),
    *outside,
]
