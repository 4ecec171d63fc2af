"""Addresses of the overview, the ledger and what ran."""

from django.urls import URLPattern

overview: list[URLPattern] = []

funds: list[URLPattern] = []
