"""Addresses outside of an organization: help, and what the mail provider hands over."""

from django.urls import URLPattern, path

from support.views import help as help_views
from support.views import inbound

outside: list[URLPattern] = [
    path("help/tickets/new/", help_views.ticket, name="help_ticket"),
    path("hooks/mail/", inbound.inbound_mail, name="inbound_mail"),
]
